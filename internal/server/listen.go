package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/mdlayher/vsock"
	toolkit "github.com/prometheus/exporter-toolkit/web"
)

// listen returns at least one listener: those of systemd or one for each address.
func listen(ctx context.Context, flags *toolkit.FlagConfig) ([]net.Listener, error) {
	if *flags.WebSystemdSocket {
		return systemdListeners()
	}
	var listeners []net.Listener
	for _, address := range *flags.WebListenAddresses {
		listener, err := listenOn(ctx, address)
		if err != nil {
			closeAll(listeners)
			return nil, fmt.Errorf("cannot listen: %w; see --web.listen-address", err)
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}

func systemdListeners() ([]net.Listener, error) {
	listeners, err := activation.Listeners()
	if err == nil && len(listeners) == 0 {
		err = errors.New("systemd passed none; start the exporter through a socket unit")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot use the sockets of systemd: %w; see --web.systemd-socket", err)
	}
	return listeners, nil
}

// listenOn listens on host:port or vsock://:port.
func listenOn(ctx context.Context, address string) (net.Listener, error) {
	if !strings.HasPrefix(address, "vsock://") {
		return new(net.ListenConfig).Listen(ctx, "tcp", address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(u.Port(), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return vsock.Listen(uint32(port), nil)
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close() // nobody has connected yet
	}
}
