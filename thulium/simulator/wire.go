package simulator

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limits of faults that would otherwise never end with a client that does not
// stop.
const (
	endlessBytes = 256 << 20
	bombMembers  = 1 << 10 // of 1 MiB each
	slowSteps    = 100_000
	slowPause    = 20 * time.Millisecond
)

// hang ends with the request, or with the Simulator.
func (x *exchange) hang() { x.pause(nil) }

// pause reports whether the time passed before the client disconnected. It aborts
// the response when the Simulator is closed.
func (x *exchange) pause(until <-chan time.Time) bool {
	select {
	case <-until:
		return true
	case <-x.r.Context().Done():
		return false
	case <-x.sim.closed:
		panic(http.ErrAbortHandler)
	}
}

// switchProtocols sends 101 although the client requested no upgrade, and nothing
// afterwards.
func switchProtocols(x *exchange) {
	conn, buffered, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer func() { _ = conn.Close() }()
	_, _ = buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
	_ = buffered.Flush()
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = io.Copy(io.Discard, conn)
	}()
	select {
	case <-left:
	case <-x.sim.closed:
		_ = conn.Close()
		<-left
	}
}

// hangingBody sends the headers only.
func hangingBody(x *exchange) {
	x.w.Header().Set("Content-Type", mediaType)
	x.push(nil)
	x.hang()
}

// reset resets the connection. One that cannot be hijacked, as in HTTP/2, is
// aborted instead.
func (x *exchange) reset() {
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	raw := conn
	if secure, ok := conn.(*tls.Conn); ok {
		raw = secure.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}

// half sends half of the documented response with the Content-Length of all of it,
// so that the server closes the connection.
func (x *exchange) half() {
	good := x.good()
	x.w.Header().Set("Content-Type", mediaType)
	x.w.Header().Set("Content-Length", strconv.Itoa(len(good)))
	x.push(good[:len(good)/2])
}

func shortBody(x *exchange) { x.half() }

func resetBody(x *exchange) {
	x.half()
	x.reset()
}

// slowBody sends the documented response without its last bracket, then spaces.
func slowBody(x *exchange) {
	x.w.Header().Set("Content-Type", mediaType)
	good := x.good()
	rest := good[:len(good)-1]
	tick := time.NewTicker(slowPause)
	defer tick.Stop()
	for range slowSteps {
		piece := []byte("  ")
		if len(rest) > 0 {
			n := min(len(rest), len(piece))
			piece, rest = rest[:n], rest[n:]
		}
		if !x.push(piece) || !x.pause(tick.C) {
			return
		}
	}
}

// endlessBody never repeats an ID.
func endlessBody(x *exchange) {
	x.w.Header().Set("Content-Type", mediaType)
	x.push([]byte("["))
	chunk := make([]byte, 0, 64<<10)
	for sent, id := 0, 1; sent < endlessBytes; sent += len(chunk) {
		chunk = chunk[:0]
		for ; len(chunk) < cap(chunk)-100; id++ {
			chunk = fmt.Appendf(chunk, `{"id":"%05d","records_count":10,"completion_percent":10},`, id)
		}
		if !x.push(chunk) {
			return
		}
	}
}

// gzipBomb repeats one small member: a gzip stream may have many, and is their
// concatenation.
func gzipBomb(x *exchange) {
	x.w.Header().Set("Content-Type", mediaType)
	x.w.Header().Set("Content-Encoding", "gzip")
	entry := object(`"00001"`, "10", "10") + ","
	member := zip([]byte(strings.Repeat(entry, 1<<20/len(entry))))
	x.push(zip([]byte("[")))
	for range bombMembers {
		if !x.push(member) {
			return
		}
	}
}

// brokenGzip sends a valid gzip header without a valid block.
func brokenGzip(x *exchange) {
	x.w.Header().Set("Content-Encoding", "gzip")
	x.sendJSON(append(zip(x.good())[:10], "\xff\xff\xff\xff not deflated"...))
}

// push sends bytes at once and reports whether the client is still connected.
func (x *exchange) push(piece []byte) bool {
	_, err := x.w.Write(piece)
	return err == nil && http.NewResponseController(x.w).Flush() == nil
}
