package server

import (
	"cmp"
	"context"
	"crypto/tls"
	stdlog "log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits for clients of the exporter. Those of requests are in internal/web.
const (
	// maxConnections is far more than a few Prometheus servers and browsers need,
	// and well below the usual limit of open files.
	maxConnections = 512
	// maxUnread limits the bytes of the responses that are being written.
	maxUnread = 8 << 20
	// socketBuffer is half of what the kernel buffers of a response. The whole is more
	// than a segment of the loopback (64 KiB): the client acknowledges less than that
	// only after 40 ms.
	socketBuffer = 48 << 10
	// pieceSize is what a client must read to make progress, in bytes.
	pieceSize = 64 << 10

	readTimeout = 10 * time.Second // for the header, with the TLS handshake
	// writeTimeout is for a response, from its first byte on: Prometheus gives
	// up at the latest after its scrape timeout, 10 s by default.
	writeTimeout = 10 * time.Second
	idleTimeout  = 2 * time.Minute
	maxHeader    = 32 << 10
)

// limited returns a server of handler with these limits.
func limited(c *connections, handler http.Handler, errorLog *stdlog.Logger) *http.Server {
	return &http.Server{
		Handler:           c.serve(handler),
		ConnContext:       c.accept,
		ConnState:         c.follow,
		Protocols:         onlyHTTP1(),
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout, // extended when a response begins
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          errorLog,
	}
}

// onlyHTTP1 makes a connection carry one request at a time, so that a limit of
// connections is one of requests, too. A scrape gains nothing from HTTP/2.
func onlyHTTP1() *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	return &p
}

// connections keeps the connections of a server within limits. It closes one of
// the client address that has the most, and of those the one that has been
// without progress for longest: waiting for a request, for the rest of its header
// or body, or for a client that does not read.
//
// A client with many connections thus loses the oldest ones, and a new scrape is
// served; refusing new connections instead would lock Prometheus out. A Prometheus
// server whose idle connection is closed opens another without losing a scrape.
//
// A request whose response is not ready yet protects its connection, up to half
// of the limit: scrapes may wait for Thulium, and the other half is available to
// health checks and new clients.
//
// It is safe for concurrent use by any number of listeners.
type connections struct {
	limit int

	mu        sync.Mutex
	open      map[net.Conn]*connection
	clients   map[string]int // how many connections each address has
	steps     uint64         // orders the progress of all connections
	protected int
	bodies    map[*byte]int // how many connections each is written to, by its first byte
	unread    int           // bytes of all bodies
}

// connection is guarded by the mutex of connections.
type connection struct {
	net.Conn
	client    string // its address
	step      uint64 // of its latest progress
	protected bool
	body      []byte // of a response that is being written
}

// newConnections returns connections for a process with that limit of open files.
// Half of it is reserved for requests to Thulium and everything else.
func newConnections(openFiles uint64) *connections {
	return &connections{
		limit: int(min(maxConnections, openFiles/2)),
		open:  map[net.Conn]*connection{}, clients: map[string]int{}, bodies: map[*byte]int{},
	}
}

type connectionKey struct{}

// accept is the ConnContext of a server.
func (c *connections) accept(ctx context.Context, conn net.Conn) context.Context {
	if tcp, ok := withoutTLS(conn).(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(socketBuffer) // otherwise the kernel's default applies
	}
	added := &connection{Conn: conn, client: clientOf(conn)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[conn] = added
	c.clients[added.client]++
	c.progress(added) // else it would be the oldest until it is followed
	return context.WithValue(ctx, connectionKey{}, added)
}

// clientOf returns the address of a client without its port, or its network
// where one client has many addresses.
func clientOf(conn net.Conn) string {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return ""
	}
	address := tcp.AddrPort().Addr().Unmap()
	if address.Is6() {
		network, _ := address.Prefix(64) // it has 128 bits
		return network.String()
	}
	return address.String()
}

// follow is the ConnState of a server.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed, open := c.open[conn]
	switch {
	case !open: // closed here
	case state == http.StateClosed || state == http.StateHijacked:
		c.forget(changed)
	default:
		c.progress(changed)
	}
	if len(c.open) > c.limit {
		c.closeOne(func(conn *connection) bool { return !conn.protected })
	}
}

// serve makes the requests to next protect their connections until their
// responses begin, and bounds how long and how large those are held.
func (c *connections) serve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, ok := r.Context().Value(connectionKey{}).(*connection)
		if !ok { // the watchdog, in this process
			c.advance(&connection{}) // takes the lock that other requests take
			next.ServeHTTP(w, r)
			return
		}
		c.protect(conn)
		defer c.respond(conn, nil) // even if next panics
		next.ServeHTTP(&response{ResponseWriter: w, connections: c, connection: conn}, r)
	})
}

func (c *connections) protect(conn *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress(conn)
	if c.protected < c.limit/2 {
		conn.protected = true
		c.protected++
	}
}

// respond ends the protection, and makes room for a body to be written. A cached
// one counts once, however many connections it is written to.
func (c *connections) respond(conn *connection, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress(conn)
	if conn.protected {
		conn.protected = false
		c.protected--
	}
	c.drop(conn)
	if len(body) <= socketBuffer {
		return // the kernel buffers it
	}
	if c.bodies[&body[0]]++; c.bodies[&body[0]] == 1 {
		c.unread += len(body)
	}
	conn.body = body
	for c.unread > maxUnread {
		if !c.closeOne(func(other *connection) bool { return other != conn && other.body != nil }) {
			return // it is the only one
		}
	}
}

// drop ends the writing of a body. The lock must be held.
func (c *connections) drop(conn *connection) {
	if conn.body == nil {
		return
	}
	first := &conn.body[0]
	if c.bodies[first]--; c.bodies[first] == 0 {
		delete(c.bodies, first)
		c.unread -= len(conn.body)
	}
	conn.body = nil
}

// advance records that a client has read a piece.
func (c *connections) advance(conn *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress(conn)
}

// progress records progress. The lock must be held.
func (c *connections) progress(conn *connection) {
	c.steps++
	conn.step = c.steps
}

// closeOne closes the first in order of the connections that qualify, and reports
// whether there was one. The lock must be held.
func (c *connections) closeOne(qualifies func(*connection) bool) bool {
	var first *connection
	for _, conn := range c.open {
		if qualifies(conn) && (first == nil || c.goesBefore(conn, first)) {
			first = conn
		}
	}
	if first == nil {
		return false
	}
	c.forget(first)
	c.drop(first)
	_ = withoutTLS(first.Conn).Close() // the server notices, and ends its goroutine
	return true
}

func (c *connections) goesBefore(a, b *connection) bool {
	if n := cmp.Compare(c.clients[a.client], c.clients[b.client]); n != 0 {
		return n > 0
	}
	return a.step < b.step
}

// forget stops counting a connection. The lock must be held.
func (c *connections) forget(conn *connection) {
	delete(c.open, conn.Conn)
	if c.clients[conn.client]--; c.clients[conn.client] == 0 {
		delete(c.clients, conn.client)
	}
}

// withoutTLS returns what is below TLS. Closing that sends nothing, so a client
// that does not read cannot hold up the listener.
func withoutTLS(conn net.Conn) net.Conn {
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return conn
}

// response is an http.ResponseWriter that reports its progress.
type response struct {
	http.ResponseWriter

	connections *connections
	connection  *connection
	begun       bool
}

// Unwrap is for http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Write writes in pieces, so that a client that reads makes progress.
func (r *response) Write(p []byte) (written int, err error) {
	if !r.begun {
		r.begun = true
		_ = r.connection.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	r.connections.respond(r.connection, p)
	defer r.connections.respond(r.connection, nil)
	for {
		n, err := r.ResponseWriter.Write(p[written:min(written+pieceSize, len(p))])
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
		r.connections.advance(r.connection)
	}
}
