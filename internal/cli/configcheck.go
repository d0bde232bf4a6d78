package cli

import (
	"fmt"

	"thulium_exporter/internal/fleet"
)

// checkConfig finds out what would keep the daemon from starting, short of the
// port, and queries nothing.
func checkConfig(system *systemFlags, daemon *daemonFlags, env *environment) error {
	if _, err := daemon.options(env); err != nil {
		return err
	}
	systems, err := system.load()
	if err != nil {
		return err
	}
	for _, s := range systems {
		_, httpClient, err := fleet.NewClient(s, env.build.UserAgent(), nil)
		if err != nil {
			return fmt.Errorf("system %q: %w", s.Name, err)
		}
		httpClient.CloseIdleConnections()
	}
	for i := range systems {
		fmt.Fprintf(env.stdout, "%s  %s\n", systems[i].Name, systems[i].URL)
		printSettings(env.stdout, &systems[i])
	}
	_, err = fmt.Fprintf(env.stdout, "The configuration is valid: %s.\n", count(len(systems), "system", "systems"))
	return err
}
