package server

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"
)

// TestWhichConnectionCloses plays what a server tells of its connections.
func TestWhichConnectionCloses(t *testing.T) {
	type change struct {
		conn  int
		state http.ConnState
	}
	const accepted, request, idle, closed = http.StateNew, http.StateActive, http.StateIdle, http.StateClosed
	for name, test := range map[string]struct {
		changes []change
		want    []int // which close, in order
	}{
		"within the limit":         {[]change{{1, accepted}, {2, accepted}}, nil},
		"the oldest":               {[]change{{1, accepted}, {2, accepted}, {3, accepted}, {4, accepted}}, []int{1, 2}},
		"the longest idle":         {[]change{{1, accepted}, {2, accepted}, {1, request}, {1, idle}, {3, accepted}}, []int{2}},
		"none in a request":        {[]change{{1, accepted}, {1, request}, {2, accepted}, {3, accepted}, {4, accepted}}, []int{2, 3}},
		"the new one, if all work": {[]change{{1, accepted}, {2, accepted}, {1, request}, {2, request}, {3, accepted}}, []int{3}},
		"there is room again":      {[]change{{1, accepted}, {2, accepted}, {1, closed}, {3, accepted}}, nil},
		"the closed one moves on": {[]change{
			{1, accepted}, {2, accepted}, {3, accepted}, {1, request}, {1, idle}, {1, closed}, {4, accepted},
		}, []int{1, 2}},
	} {
		c := newConnections(4)
		conns := map[int]net.Conn{}
		for i := range 5 {
			conns[i] = &net.TCPConn{}
		}
		var got []int
		for _, change := range test.changes {
			surplus := c.note(conns[change.conn], change.state)
			for i, conn := range conns {
				if conn == surplus {
					got = append(got, i)
				}
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: closes %v, want %v", name, got, test.want)
		}
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

// TestSurplusIsClosed: ten clients come to a server with a limit of two. It cuts
// off the eight that came first and answers the others.
func TestSurplusIsClosed(t *testing.T) {
	for name, secure := range map[string]bool{"plain": false, "TLS": true} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ConnState = newConnections(4).follow
			dial := net.Dial
			if secure {
				server.StartTLS()
				dial = func(network, address string) (net.Conn, error) {
					return tls.Dial(network, address, &tls.Config{InsecureSkipVerify: true})
				}
			} else {
				server.Start()
			}
			defer server.Close()
			clients := make([]net.Conn, 10)
			for i := range clients {
				conn, err := dial("tcp", server.Listener.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(20 * time.Second))
				clients[i] = conn
			}
			for i, conn := range clients[:8] {
				if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("client %d can stay: %v", i, err)
				}
			}
			for _, conn := range clients[8:] {
				ask(t, conn)
			}
		})
	}
}

// ask makes a request that must be answered.
func ask(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := io.WriteString(conn, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4096)
	if n, err := conn.Read(answer); err != nil {
		t.Fatalf("%v after %q", err, answer[:n])
	}
}
