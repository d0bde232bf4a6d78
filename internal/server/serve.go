package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/logging"
	"thulium_exporter/internal/web"
)

// drainTimeout is the timeout of running scrapes during shutdown. It is shorter
// than exitTimeout, which includes everything else.
const drainTimeout = 15 * time.Second

// newServer returns the HTTP server of the exporter.
func (o *Options) newServer(systems *fleet.Fleet, r *reloader, registry *prometheus.Registry) (*http.Server, error) {
	handler, err := web.New(systems, registry, r.fromHTTP, o.Logger, o.Options)
	if err != nil {
		return nil, err
	}
	return limited(newConnections(openFiles()), handler, logging.Std(o.Logger)), nil
}

// serve runs the server until ctx is done and then drains running requests.
func (o *Options) serve(ctx context.Context, group *errgroup.Group, server *http.Server, listeners []net.Listener) {
	group.Go(func() error {
		err := toolkit.ServeMultiple(listeners, server, o.Web, logging.Slog(o.Logger))
		if errors.Is(err, http.ErrServerClosed) {
			return nil // the other task waits for Shutdown
		}
		return fmt.Errorf("cannot serve: %w", err)
	})
	group.Go(func() error {
		<-ctx.Done()
		notifySystemd(daemon.SdNotifyStopping)
		_ = level.Info(o.Logger).Log("msg", "Shutting down; draining scrapes", "reason", context.Cause(ctx))
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			return errors.Join(fmt.Errorf("some scrapes did not end within %s: %w", drainTimeout, err), server.Close())
		}
		return nil
	})
}
