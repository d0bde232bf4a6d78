// Package memnet joins HTTP clients and servers in memory. Tests inside a bubble of
// testing/synctest need it: there the clock moves only while every goroutine waits
// for another one, and none may wait for a network.
package memnet

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// Listener is a net.Listener whose connections are pipes. It is safe for concurrent
// use.
type Listener struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

// Serve starts a server, which is closed at the end of the test.
func Serve(t testing.TB, server *http.Server) *Listener {
	t.Helper()
	closed := make(chan struct{})
	l := &Listener{conns: make(chan net.Conn), closed: closed, close: sync.OnceFunc(func() { close(closed) })}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with Close
	t.Cleanup(func() {
		_ = server.Close()
		serving.Wait()
	})
	return l
}

// Dial returns a connection to the server. It is a DialContext of http.Transport.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	return l.connect(ctx, ours, theirs)
}

// From returns Dial for a client with an IP address.
func (l *Listener) From(client string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		return l.connect(ctx, ours, &addressed{theirs, &net.TCPAddr{IP: net.ParseIP(client), Port: 1}})
	}
}

// addressed is a connection from an address.
type addressed struct {
	net.Conn
	from net.Addr
}

func (a *addressed) RemoteAddr() net.Addr { return a.from }

func (l *Listener) connect(ctx context.Context, ours, theirs net.Conn) (net.Conn, error) {
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *Listener) Close() error {
	l.close()
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return &net.UnixAddr{Name: "memnet"} }
