package cli

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/alecthomas/kingpin/v2"
)

// prepareFlags gives each flag of a command an environment variable, and errors
// that name it.
func prepareFlags(clause *kingpin.CmdClause) {
	for _, model := range clause.Model().Flags {
		flag := clause.GetFlag(model.Name).Envar(variable(model.Name))
		flag.SetValue(&namedValue{Value: model.Value, flag: model.Name})
	}
}

// variable returns the environment variable of a flag: THULIUM_URL for
// --thulium.url, THULIUM_POLL_INTERVAL for --poll.interval.
func variable(flag string) string {
	flag = strings.TrimPrefix(flag, "thulium.")
	return "THULIUM_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
}

// namedValue is the value of a flag whose errors name the flag, or the variable
// that sets it, and say what to write.
type namedValue struct {
	kingpin.Value
	flag string
}

// Set implements kingpin.Value.
func (v *namedValue) Set(text string) error {
	err := v.Value.Set(text)
	if err == nil {
		return nil
	}
	source := "--" + v.flag
	if os.Getenv(variable(v.flag)) == text {
		source = variable(v.flag)
	}
	return fmt.Errorf("%s: %s", source, remedy(text, err))
}

// IsBoolFlag implements an optional interface of kingpin.
func (v *namedValue) IsBoolFlag() bool {
	inner, ok := v.Value.(interface{ IsBoolFlag() bool })
	return ok && inner.IsBoolFlag()
}

// IsCumulative implements an optional interface of kingpin.
func (v *namedValue) IsCumulative() bool {
	inner, ok := v.Value.(interface{ IsCumulative() bool })
	return ok && inner.IsCumulative()
}

// remedy says what to write in place of a value that cannot be parsed.
func remedy(text string, err error) string {
	var number *strconv.NumError
	switch {
	case strings.HasPrefix(err.Error(), "time: "):
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return fmt.Sprintf("missing unit in %q; write %ss", text, text)
		}
		return fmt.Sprintf("%q is not a duration; write it like 30s or 5m", text)
	case errors.As(err, &number) && number.Func == "ParseBool":
		return fmt.Sprintf("%q is neither true nor false", text)
	case errors.As(err, &number):
		return fmt.Sprintf("%q is not a number; write it like 60", text)
	}
	return strings.TrimPrefix(err.Error(), "enum value ")
}
