package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/model"
)

// prepareFlags gives each flag of a command an environment variable, and errors
// that name it.
func prepareFlags(clause *kingpin.CmdClause) {
	for _, flag := range clause.Model().Flags {
		clause.GetFlag(flag.Name).Envar(variable(flag.Name)).SetValue(&namedValue{flag})
	}
}

// variable returns the environment variable of a flag: THULIUM_URL for
// --thulium.url, THULIUM_POLL_INTERVAL for --poll.interval.
func variable(flag string) string {
	if flag == "diagnose" { // else that of --thulium.diagnose
		flag = "check.diagnose"
	}
	flag = strings.TrimPrefix(flag, "thulium.")
	return "THULIUM_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
}

// unknownVariable is what is wrong with a variable of unknownVariables.
const unknownVariable = `no flag has this environment variable; see "` + name + ` COMMAND --help"`

// unknownVariables returns the names of variables that look like those of flags and
// have no effect: probably they are misspelt. Kubernetes sets others for services.
func unknownVariables(app *kingpin.ApplicationModel, environ []string) (unknown []string) {
	known := []string{passwordVariable}
	for _, command := range app.Commands {
		for _, flag := range command.Flags {
			known = append(known, flag.Envar)
		}
	}
	for _, setting := range environ {
		name, _, _ := strings.Cut(setting, "=")
		ofService := strings.HasPrefix(name, "THULIUM_EXPORTER_") || strings.Contains(name, "_SERVICE_") || strings.Contains(name, "_PORT")
		if strings.HasPrefix(name, "THULIUM_") && !ofService && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// explainUsage adds to an error of the parser what to write instead, and which help
// to read.
func explainUsage(app *kingpin.ApplicationModel, args []string, err error) error {
	isCommand := func(word string) bool {
		return slices.ContainsFunc(app.Commands, func(c *kingpin.CmdModel) bool { return c.Name == word })
	}
	help, instead := name, ""
	if word, ok := strings.CutPrefix(err.Error(), "unexpected "); ok {
		switch {
		case word == "version":
			instead = "; write --version"
		case isCommand(word):
			instead = "; write the command first, before its flags"
		}
	} else {
		command := "serve"
		if len(args) > 0 && isCommand(args[0]) {
			command = args[0]
		}
		help += " " + command
		instead = insteadOf(app, command, err)
	}
	return fmt.Errorf("%w%s; see %s --help", err, instead, help)
}

// insteadOf says what to do without a flag that a command does not have.
func insteadOf(app *kingpin.ApplicationModel, command string, err error) string {
	unknown, ok := strings.CutPrefix(err.Error(), "unknown long flag '--")
	unknown = strings.TrimSuffix(unknown, "'")
	switch {
	case !ok:
		return ""
	case unknown == "thulium.password":
		return ": others can read command lines; write the password to a file and set --thulium.password-file, or set the environment variable " + passwordVariable
	case unknown == "state.file" && command == "check":
		return ": check no longer reads it; the status page of the running exporter shows idle times and stalls"
	}
	for _, other := range app.Commands {
		if slices.ContainsFunc(other.Flags, func(f *kingpin.FlagModel) bool { return f.Name == unknown }) {
			return "; it is a flag of the command " + other.Name
		}
	}
	return ""
}

// namedValue is the value of a flag whose errors name the flag, or the variable
// that sets it, and say what to write.
type namedValue struct{ *kingpin.FlagModel }

// Set implements kingpin.Value.
func (v *namedValue) Set(text string) error {
	err := v.Value.Set(text)
	if err == nil {
		return nil
	}
	source := "--" + v.Name
	if os.Getenv(variable(v.Name)) == text {
		source = variable(v.Name)
	}
	return fmt.Errorf("%s: %s", source, remedy(text, err))
}

// IsCumulative implements an optional interface of kingpin.
func (v *namedValue) IsCumulative() bool {
	repeatable, ok := v.Value.(interface{ IsCumulative() bool })
	return ok && repeatable.IsCumulative()
}

// remedy says what to write in place of a value that cannot be parsed.
func remedy(text string, err error) string {
	number, isNumber := errors.AsType[*strconv.NumError](err)
	switch {
	case strings.HasPrefix(err.Error(), "time: "):
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return fmt.Sprintf("missing unit in %q; write %ss", text, text)
		}
		return fmt.Sprintf("%q is not a duration; write it like 30s or 5m", text)
	case isNumber && number.Func == "ParseBool":
		return fmt.Sprintf("%q is neither true nor false", text)
	case isNumber:
		return fmt.Sprintf("%q is not a number; write it like 60", text)
	case text == "prometheus": // of --output
		return "the format prometheus is no longer supported; get the metrics from the running exporter, like curl --fail 'http://localhost:10069/probe?target=default'"
	}
	return strings.TrimPrefix(err.Error(), "enum value ")
}

// optional is the value of a flag for which no value stands for "not set". It
// implements kingpin.Value.
type optional[T any] struct {
	to    **T // nil as long as the flag is not set
	parse func(string) (T, error)
}

func (o optional[T]) Set(text string) error {
	value, err := o.parse(text)
	*o.to = &value
	return err
}

func (o optional[T]) String() string {
	if *o.to == nil {
		return ""
	}
	return fmt.Sprint(**o.to)
}

func parseDuration(text string) (model.Duration, error) {
	d, err := time.ParseDuration(text)
	return model.Duration(d), err
}

func parseFloat(text string) (float64, error) { return strconv.ParseFloat(text, 64) }
