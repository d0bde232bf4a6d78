package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
)

// TestVariables: a variable means the same to all commands.
func TestVariables(t *testing.T) {
	app := kingpin.New(name, "")
	flags := map[string]string{} // by variable
	for _, add := range commands() {
		clause, _ := add(app)
		prepareFlags(clause)
		for _, flag := range clause.Model().Flags {
			if other := flags[flag.Envar]; other != "" && other != flag.Name {
				t.Errorf("--%s and --%s share %s", flag.Name, other, flag.Envar)
			}
			flags[flag.Envar] = flag.Name
		}
	}
}

// TestVariableErrors: an error names what the user has set.
func TestVariableErrors(t *testing.T) {
	for variable, want := range map[string]string{
		"THULIUM_TIMEOUT":    `THULIUM_TIMEOUT: missing unit in "30"; write 30s`,
		"THULIUM_ALLOW_HTTP": `THULIUM_ALLOW_HTTP: "30" is neither true nor false`,
		"THULIUM_LOG_LEVEL":  "THULIUM_LOG_LEVEL: must be one of debug,info,warn,error, got '30'",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "30")
			if _, _, stderr := program(t, "--config.check"); !strings.Contains(stderr, want) {
				t.Errorf("got %s, want %s", stderr, want)
			}
		})
	}
}

// TestTwoPasswords: neither of them is ignored silently.
func TestTwoPasswords(t *testing.T) {
	_, flags := newThulium(t)
	t.Setenv(passwordVariable, password)
	for _, args := range [][]string{flags, {"--config.file=x.yml"}} {
		if status, _, stderr := program(t, args...); status == 0 || !strings.Contains(stderr, "exclude") || strings.Contains(stderr, password) {
			t.Errorf("got %d, %s", status, stderr)
		}
	}
}

// TestListedSystems: an error does not list thousands of systems.
func TestListedSystems(t *testing.T) {
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("centre-%04d", i))
	}
	want := "choose one of: centre-0000, centre-0001, centre-0002, centre-0003, centre-0004, centre-0005, centre-0006, centre-0007, centre-0008, centre-0009 and 2 more"
	if got := (&systemFlag{"acme"}).suggest(names); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
