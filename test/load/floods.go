package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// flood is what hostile clients do with many connections at once, again and
// again. They read nothing.
type flood struct {
	connections int
	interval    time.Duration // between two bursts
	sends       string        // on each connection
}

// floods returns everything that clients do at the same time.
func floods() []flood {
	get := func(path, headers string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: soak\r\n" + headers + "\r\n"
	}
	unread := func(path string) string { return strings.Repeat(get(path, ""), 200) } // pipelined
	return []flood{
		{150, 2 * time.Second, ""},
		{150, 3 * time.Second, "GET /metrics HTTP/1.1\r\nHost: so"},
		{100, 2 * time.Second, get("/metrics", "Content-Length: 1000\r\n")},
		{100, 2 * time.Second, "POST /nowhere HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{100, 5 * time.Second, unread("/metrics")},
		{100, 5 * time.Second, unread("/?format=json")},
		{200, 5 * time.Second, unread("/probe?target=" + large)},
		{700, 10 * time.Second, unread("/probe?target=" + fetched)},
		{20, time.Second, get("/probe?target="+fetched, "X-Prometheus-Scrape-Timeout-Seconds: 0.01\r\n")},
	}
}

// floodAddress is where the floods come from: another machine, as the exporter
// sees it, than that of its scrapers.
const floodAddress = "127.0.0.3"

// run sends bursts to address until ctx is done.
func (f flood) run(ctx context.Context, address string) {
	for ctx.Err() == nil {
		burst, end := context.WithTimeout(ctx, f.interval)
		var clients sync.WaitGroup
		for range f.connections {
			clients.Go(func() { f.hold(burst, address) })
		}
		<-burst.Done()
		end()
		clients.Wait()
	}
}

// hold sends what there is to send and keeps the connection until ctx is done.
func (f flood) hold(ctx context.Context, address string) {
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(floodAddress)}}
	conn, err := from.DialContext(ctx, "tcp", address)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10) // else the kernel reads
	}
	if _, err := conn.Write([]byte(f.sends)); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return // closed
	}
	<-ctx.Done()
}
