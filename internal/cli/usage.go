package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"
)

// explainUsage adds to an error of the parser what was probably meant, and which
// help to read.
func explainUsage(app *kingpin.Application, args []string, err error) error {
	command := commandOf(app, args)
	help := name + " --help"
	if command != nil {
		help = name + " " + command.Name + " --help"
	}
	suggestion := ""
	if wrong, ok := strings.CutPrefix(err.Error(), "unknown long flag '--"); ok {
		suggestion = suggestFlag(app, strings.TrimSuffix(wrong, "'"))
	} else if wrong, ok := strings.CutPrefix(err.Error(), "unexpected "); ok && slices.Contains(args, wrong) {
		help, suggestion = name+" --help", suggestCommand(app, wrong)
	}
	return fmt.Errorf("%w%s; see %s", err, suggestion, help)
}

// commandOf returns the command that args select.
func commandOf(app *kingpin.Application, args []string) *kingpin.CmdModel {
	commands := app.Model().Commands
	for _, arg := range args {
		if i := slices.IndexFunc(commands, func(c *kingpin.CmdModel) bool { return c.Name == arg }); i >= 0 {
			return commands[i]
		}
	}
	if i := slices.IndexFunc(commands, func(c *kingpin.CmdModel) bool { return c.Default }); i >= 0 {
		return commands[i]
	}
	return nil
}

// suggestFlag returns the command that has the flag.
func suggestFlag(app *kingpin.Application, wrong string) string {
	for _, other := range app.Model().Commands {
		if slices.ContainsFunc(other.Flags, func(f *kingpin.FlagModel) bool { return f.Name == wrong }) {
			return fmt.Sprintf("; it is a flag of the command %s", other.Name)
		}
	}
	return ""
}

func suggestCommand(app *kingpin.Application, wrong string) string {
	var commands []string
	for _, command := range app.Model().Commands {
		commands = append(commands, command.Name)
	}
	if slices.Contains(commands, wrong) {
		return "; write the command first, before its flags"
	}
	return ""
}
