package thulium_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// inMemory serves handler on pipes until the test is over. Inside a bubble of
// testing/synctest the clock moves only while nobody works, and a goroutine
// that outlives the test fails it.
func inMemory(t *testing.T, handler http.Handler) *http.Transport {
	t.Helper()
	listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler}
	served := make(chan error)
	go func() { served <- server.Serve(listener) }()
	rt := &http.Transport{DialContext: listener.dial, DisableCompression: true}
	t.Cleanup(func() {
		rt.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return rt
}

// pipes is a net.Listener without a network.
type pipes struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }
