// Command thulium_exporter publishes the progress of outbound campaigns of
// Thulium contact centres as Prometheus metrics.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // time zones for images that have none

	_ "golang.org/x/crypto/x509roots/fallback" // root certificates for images that have none

	"thulium_exporter/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
