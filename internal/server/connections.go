package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// maxConnections is far more than some Prometheus servers and people need, and
// few enough for the usual limit of open files.
const maxConnections = 512

// connections keeps the connections of a server within a limit: for one too
// many it closes the one that has waited longest for a request, or for the rest
// of its header. It never closes one during a request, so where all of them are
// busy it is the new one that goes.
//
// Whoever holds many connections thus loses the oldest, and a new scrape is
// answered; to refuse new ones instead would lock Prometheus out. A Prometheus
// whose idle connection was closed opens another without losing a scrape.
//
// It is safe for concurrent use, by any number of listeners.
type connections struct {
	limit int

	mu      sync.Mutex
	open    map[net.Conn]*list.Element // of waiting; nil during a request
	waiting list.List                  // of net.Conn, the longest first
}

// newConnections returns connections for a process that may have so many open
// files. Half of them are left for Thulium and all else.
func newConnections(openFiles uint64) *connections {
	return &connections{limit: int(min(maxConnections, openFiles/2)), open: map[net.Conn]*list.Element{}}
}

// follow is the ConnState of a server.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	if surplus := c.note(conn, state); surplus != nil {
		_ = withoutTLS(surplus).Close() // the server notices, and ends what belongs to it
	}
}

// note takes down a change and returns the connection that must be closed, if
// there is one. That one is forgotten already.
func (c *connections) note(conn net.Conn, state http.ConnState) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	place, known := c.open[conn]
	if !known && state != http.StateNew {
		return nil // it was closed here
	}
	if place != nil {
		c.waiting.Remove(place)
	}
	switch state {
	case http.StateNew, http.StateIdle:
		c.open[conn] = c.waiting.PushBack(conn)
	case http.StateActive: // the header of a request has been read
		c.open[conn] = nil
	case http.StateHijacked, http.StateClosed:
		delete(c.open, conn)
	}
	if len(c.open) <= c.limit {
		return nil
	}
	surplus := c.waiting.Remove(c.waiting.Front()).(net.Conn) // the new one, if no other waits
	delete(c.open, surplus)
	return surplus
}

// withoutTLS returns what is below TLS. To close that sends nothing, so a client
// that does not read cannot hold up the listener.
func withoutTLS(conn net.Conn) net.Conn {
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return conn
}
