package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	stdlog "log"
	"net"
	"net/http"
	"net/netip"
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
	c := &connections{limit: min(maxConnections, openFiles()/2)}
	// A connection carries one request at a time, so that a limit of connections is one
	// of requests, too. A scrape gains nothing from HTTP/2.
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(&response{ResponseWriter: w}, r)
		}),
		ConnState:         c.follow,
		Protocols:         &protocols,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout, // begins again when a response does
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          errorLog,
	}
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
// client within half of it. Over its limit a client loses the connection that it has
// not used for longest; over that of all, the client with the most does. Refusing new
// ones instead would lock Prometheus out. A Prometheus server whose idle connection is
// closed opens another without losing a scrape.
//
// It is safe for concurrent use by any number of listeners.
type connections struct {
	limit int

	mu   sync.Mutex
	open []connection // the latest used last
}

type connection struct {
	conn   net.Conn
	client netip.Prefix
}

// follow is the ConnState of a server.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state == http.StateNew {
		if tcp, ok := withoutTLS(conn).(*net.TCPConn); ok {
			_ = tcp.SetWriteBuffer(socketBuffer) // otherwise the kernel's default applies
		}
		c.open = append(c.open, connection{conn, clientOf(conn)})
		c.evict()
		return
	}
	i := slices.IndexFunc(c.open, func(o connection) bool { return o.conn == conn })
	if i < 0 {
		return // evicted
	}
	used := c.open[i]
	c.open = slices.Delete(c.open, i, i+1)
	if state != http.StateClosed {
		c.open = append(c.open, used)
	}
}

// evict closes a connection if there are too many. The lock must be held.
func (c *connections) evict() {
	counts := map[netip.Prefix]int{}
	var most netip.Prefix // the client with the most connections
	for _, o := range c.open {
		counts[o.client]++
		if counts[o.client] > counts[most] {
			most = o.client
		}
	}
	if counts[most] <= c.limit/2 && len(c.open) <= c.limit {
		return
	}
	i := slices.IndexFunc(c.open, func(o connection) bool { return o.client == most })
	_ = withoutTLS(c.open[i].conn).Close() // the server notices, and ends its goroutine
	c.open = slices.Delete(c.open, i, i+1)
}

// withoutTLS returns what is below TLS. Closing that sends nothing, so a client
// that does not read cannot hold up the listener.
func withoutTLS(conn net.Conn) net.Conn {
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return conn
}

// clientOf returns the address of a client or, of IPv6, its network: there one client
// has many addresses.
func clientOf(conn net.Conn) netip.Prefix {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	address := tcp.AddrPort().Addr().Unmap()
	client, _ := address.Prefix(min(64, address.BitLen())) // it has so many bits
	return client
}

// openFiles returns how many files the process may have open, as far as that is
// known. Half of them are for requests to Thulium and everything else.
func openFiles() int {
	var limits procfs.ProcLimits
	self, err := procfs.Self()
	if err == nil {
		limits, err = self.Limits()
	}
	if err != nil {
		return 2 * maxConnections // not Linux
	}
	return int(min(limits.OpenFiles, 2*maxConnections))
}

// listen returns at least one listener: those of systemd or one for each address.
// After an error, those that it has opened are returned, too.
func listen(ctx context.Context, flags *toolkit.FlagConfig) (listeners []net.Listener, err error) {
	if *flags.WebSystemdSocket {
		listeners, err = activation.Listeners()
		if err == nil && len(listeners) == 0 {
			err = errors.New("systemd passed no sockets; start the exporter through a socket unit; see --web.systemd-socket")
		}
		return listeners, err
	}
	for _, address := range *flags.WebListenAddresses {
		listener, err := listenOn(ctx, address)
		if err != nil {
			return listeners, fmt.Errorf("cannot listen: %w; see --web.listen-address", err)
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
