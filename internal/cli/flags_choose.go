package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/internal/config"
)

// maxSuggested is how many systems an error lists: there may be thousands.
const maxSuggested = 10

// systemFlag chooses one of the configured systems.
type systemFlag struct{ name string }

func (f *systemFlag) register(clause *kingpin.CmdClause) {
	clause.Flag("system", "Only this system of the configuration file.").PlaceHolder("NAME").StringVar(&f.name)
}

// choose returns the system of that name, or all if none was given.
func (f *systemFlag) choose(load func() ([]config.System, error)) ([]config.System, error) {
	systems, err := load()
	if err != nil || f.name == "" {
		return systems, err
	}
	var names []string
	for i, s := range systems {
		if s.Name == f.name {
			return systems[i : i+1], nil
		}
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return nil, fmt.Errorf("--system: no system %q is configured; %s", f.name, f.suggest(names))
}

// suggest lists the first of the sorted names.
func (f *systemFlag) suggest(names []string) string {
	list := strings.Join(names[:min(len(names), maxSuggested)], ", ")
	if more := len(names) - maxSuggested; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return "choose one of: " + list
}
