// Command thulium_exporter publishes the progress of outbound campaigns of
// Thulium contact centres as Prometheus metrics.
package main

import (
	"os"
	_ "time/tzdata" // time zones for images that have none

	_ "golang.org/x/crypto/x509roots/fallback" // root certificates for images that have none

	"thulium_exporter/internal/cli"
	"thulium_exporter/internal/server"
)

func main() {
	ctx, hangup := server.Signals()
	os.Exit(cli.Run(ctx, hangup, os.Args[1:], os.Stdout, os.Stderr))
}
