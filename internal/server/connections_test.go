package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"testing"
)

// closable is a connection that notes that it was closed.
type closable struct {
	net.TCPConn
	closed func()
}

func (c *closable) Close() error {
	c.closed()
	return nil
}

// TestWhichConnectionCloses plays the progress of connections, with a limit of
// four.
func TestWhichConnectionCloses(t *testing.T) {
	type step struct {
		conn int
		does string
	}
	for name, test := range map[string]struct {
		steps []step
		want  []int // which close, in order
	}{
		"within the limit": {[]step{{1, "opens"}, {2, "opens"}, {3, "opens"}, {4, "opens"}}, nil},
		"the oldest":       {[]step{{1, "opens"}, {2, "opens"}, {3, "opens"}, {4, "opens"}, {5, "opens"}, {6, "opens"}}, []int{1, 2}},
		"the longest idle": {[]step{{1, "opens"}, {2, "opens"}, {3, "opens"}, {4, "opens"}, {1, "idles"}, {5, "opens"}}, []int{2}},
		"one with a request that is not served": {
			[]step{{1, "opens"}, {2, "opens"}, {1, "requests"}, {2, "idles"}, {3, "opens"}, {4, "opens"}, {5, "opens"}}, []int{1},
		},
		"none while it is served": {
			[]step{{1, "opens"}, {2, "opens"}, {1, "is served"}, {2, "is served"}, {3, "opens"}, {4, "opens"}, {5, "opens"}, {6, "opens"}}, []int{3, 4},
		},
		"one of more than half that are served": {
			[]step{{1, "opens"}, {2, "opens"}, {3, "opens"}, {1, "is served"}, {2, "is served"}, {3, "is served"}, {4, "opens"}, {5, "opens"}}, []int{3},
		},
		"one whose response has begun": {
			[]step{{1, "opens"}, {2, "opens"}, {1, "is served"}, {1, "responds"}, {3, "opens"}, {4, "opens"}, {5, "opens"}, {6, "opens"}}, []int{2, 1},
		},
		"not one that has just been accepted": {
			[]step{{1, "opens"}, {2, "opens"}, {3, "opens"}, {4, "opens"}, {5, "is accepted"}, {1, "idles"}}, []int{2},
		},
		"there is room again": {[]step{{1, "opens"}, {2, "opens"}, {3, "opens"}, {4, "opens"}, {1, "closes"}, {5, "opens"}}, nil},
		"the closed one goes on": {
			[]step{{1, "opens"}, {1, "is served"}, {1, "responds"}, {2, "opens"}, {3, "opens"}, {4, "opens"}, {5, "opens"}, {1, "responds"}, {1, "idles"}, {1, "closes"}, {6, "opens"}}, []int{1, 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConnections(8)
			var got []int
			conns, records := map[int]net.Conn{}, map[int]*connection{}
			for _, step := range test.steps {
				switch i := step.conn; step.does {
				case "opens", "is accepted":
					conns[i] = &closable{closed: func() { got = append(got, i) }}
					records[i] = c.accept(t.Context(), conns[i]).Value(connectionKey{}).(*connection)
					if step.does == "opens" {
						c.follow(conns[i], http.StateNew)
					}
				case "requests":
					c.follow(conns[i], http.StateActive)
				case "is served":
					c.protect(records[i])
				case "responds":
					c.respond(records[i], nil)
				case "idles":
					c.follow(conns[i], http.StateIdle)
				case "closes":
					c.follow(conns[i], http.StateClosed)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("closes %v, want %v", got, test.want)
			}
			if c.unread != 0 || c.protected < 0 {
				t.Errorf("%d bytes are unread, %d connections are protected", c.unread, c.protected)
			}
		})
	}
}

// remote is a connection from an address.
type remote struct {
	closable
	address string
}

func (r *remote) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(r.address), 1))
}

// TestWhoseConnectionCloses: a client loses none to others that hold more, even
// if it has made no progress for longest and is not protected.
func TestWhoseConnectionCloses(t *testing.T) {
	for name, test := range map[string]struct{ patient, flood string }{
		"IPv4":        {"192.0.2.1", "192.0.2.%d"},
		"IPv6":        {"2001:db8::1", "2001:db8:0:1::%d"},
		"IPv4 mapped": {"192.0.2.1", "::ffff:192.0.2.%d"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConnections(8)
			var closed []string
			connect := func(address string) *connection {
				conn := &remote{address: address}
				conn.closed = func() { closed = append(closed, address) }
				added := c.accept(t.Context(), conn).Value(connectionKey{}).(*connection)
				c.follow(conn, http.StateNew)
				return added
			}
			first := connect(fmt.Sprintf(test.flood, 7))
			c.protect(first)
			c.protect(connect(fmt.Sprintf(test.flood, 7)))
			c.protect(connect(test.patient)) // too late to be protected
			for range 20 {
				connect(fmt.Sprintf(test.flood, 7))
			}
			if slices.Contains(closed, test.patient) || len(closed) != 19 {
				t.Errorf("closes %v", closed)
			}
			c.follow(first.Conn, http.StateClosed)
			if n := c.clients[first.client]; n != 2 || len(c.clients) != 2 {
				t.Errorf("%d connections are left, want 2: %v", n, c.clients)
			}
		})
	}
}

// TestWhichResponseCloses: of bodies that are too large together, the one that
// has not been read for longest goes, but never the latest.
func TestWhichResponseCloses(t *testing.T) {
	c := newConnections(1024)
	var got []int
	records := make([]*connection, 5)
	for i := range records {
		ctx := c.accept(context.Background(), &closable{closed: func() { got = append(got, i) }})
		records[i] = ctx.Value(connectionKey{}).(*connection)
	}
	half, whole := make([]byte, maxUnread/2), make([]byte, maxUnread)
	c.respond(records[0], half)
	c.respond(records[1], make([]byte, maxUnread/2))
	c.respond(records[2], half) // shared
	c.respond(records[0], nil)  // has been read
	c.advance(records[1])
	if got != nil {
		t.Errorf("closes %v, want none", got)
	}
	c.respond(records[3], make([]byte, maxUnread/2))
	if !slices.Equal(got, []int{2}) {
		t.Errorf("closes %v, want 2: 1 has made progress since", got)
	}
	c.respond(records[4], append(whole, 0))
	if !slices.Equal(got, []int{2, 1, 3}) {
		t.Errorf("closes %v, want also 1 and 3", got)
	}
	for _, record := range records {
		c.respond(record, nil)
	}
	if len(got) != 3 || c.unread != 0 || len(c.bodies) != 0 {
		t.Errorf("closes %v; %d bytes of %d bodies are left", got, c.unread, len(c.bodies))
	}
}

// TestConnectionsLeaveFiles: however few files may be open, half are left.
func TestConnectionsLeaveFiles(t *testing.T) {
	for files, want := range map[uint64]int{64: 32, 1024: 512, 1 << 20: 512} {
		if got := newConnections(files).limit; got != want {
			t.Errorf("%d files: %d connections, want %d", files, got, want)
		}
	}
}
