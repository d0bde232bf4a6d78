package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	stdlog "log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/mdlayher/vsock"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/procfs"
)

// Limits for clients of the exporter. Those of requests are in internal/web.
const (
	// maxConnections is far more than a few Prometheus servers and browsers need,
	// and well below the usual limit of open files.
	maxConnections = 512
	// socketBuffer is half of what the kernel buffers of a response. The whole is more
	// than a segment of the loopback (64 KiB): the client acknowledges less than that
	// only after 40 ms.
	socketBuffer = 48 << 10

	readTimeout = 10 * time.Second // for the header, with the TLS handshake
	// writeTimeout is for a response, from its first byte on: Prometheus gives
	// up at the latest after its scrape timeout, 10 s by default.
	writeTimeout = 10 * time.Second
	idleTimeout  = 2 * time.Minute
	maxHeader    = 32 << 10
)

// NewHTTP returns a server of handler with these limits.
func NewHTTP(handler http.Handler, errorLog *stdlog.Logger) *http.Server {
	c := &connections{limit: min(maxConnections, openFiles()/2), open: map[string][]net.Conn{}}
	return &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(&response{ResponseWriter: w}, r)
		}),
		ConnState:         c.follow,
		Protocols:         onlyHTTP1(),
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout, // begins again when a response does
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

// response is an http.ResponseWriter whose client has writeTimeout to read, however
// long the response took to make.
type response struct {
	http.ResponseWriter

	begun bool
}

// Unwrap is for http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *response) Write(p []byte) (int, error) {
	if !r.begun {
		r.begun = true
		_ = http.NewResponseController(r.ResponseWriter).SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	return r.ResponseWriter.Write(p)
}

// connections keeps the connections of a server within a limit, and those of one
// client within half of it. A client that has too many loses the one that it has
// not used for longest; refusing new ones instead would lock Prometheus out. A
// Prometheus server whose idle connection is closed opens another without losing a
// scrape.
//
// It is safe for concurrent use by any number of listeners.
type connections struct {
	limit int

	mu    sync.Mutex
	open  map[string][]net.Conn // by client, the latest used last
	count int
}

// follow is the ConnState of a server.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	client := clientOf(conn)
	if !c.remove(client, conn) && state != http.StateNew {
		return // closed here
	}
	if state == http.StateClosed || state == http.StateHijacked {
		return
	}
	c.open[client] = append(c.open[client], conn)
	c.count++
	if tcp, ok := withoutTLS(conn).(*net.TCPConn); ok && state == http.StateNew {
		_ = tcp.SetWriteBuffer(socketBuffer) // otherwise the kernel's default applies
	}
	switch {
	case len(c.open[client]) > c.limit/2:
		c.evict(client)
	case c.count > c.limit:
		c.evict(c.largest())
	}
}

// remove stops counting a connection. The lock must be held.
func (c *connections) remove(client string, conn net.Conn) bool {
	i := slices.Index(c.open[client], conn)
	if i < 0 {
		return false
	}
	c.open[client] = slices.Delete(c.open[client], i, i+1)
	if len(c.open[client]) == 0 {
		delete(c.open, client)
	}
	c.count--
	return true
}

// largest returns the client with the most connections. The lock must be held.
func (c *connections) largest() (client string) {
	for other := range c.open {
		if len(c.open[other]) > len(c.open[client]) {
			client = other
		}
	}
	return client
}

// evict closes the connection that a client has not used for longest. The lock must
// be held.
func (c *connections) evict(client string) {
	conn := c.open[client][0]
	c.remove(client, conn)
	_ = withoutTLS(conn).Close() // the server notices, and ends its goroutine
}

// withoutTLS returns what is below TLS. Closing that sends nothing, so a client
// that does not read cannot hold up the listener.
func withoutTLS(conn net.Conn) net.Conn {
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return conn
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

// openFiles returns how many files the process may have open, as far as that is
// known. Half of them are for requests to Thulium and everything else.
func openFiles() int {
	self, err := procfs.Self()
	if err != nil {
		return 2 * maxConnections // not Linux
	}
	limits, err := self.Limits()
	if err != nil {
		return 2 * maxConnections
	}
	return int(min(limits.OpenFiles, 2*maxConnections))
}

// listen returns at least one listener: those of systemd or one for each address.
func listen(ctx context.Context, flags *toolkit.FlagConfig) ([]net.Listener, error) {
	if *flags.WebSystemdSocket {
		listeners, err := activation.Listeners()
		if err == nil && len(listeners) == 0 {
			err = errors.New("systemd passed no sockets; start the exporter through a socket unit; see --web.systemd-socket")
		}
		return listeners, err
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
