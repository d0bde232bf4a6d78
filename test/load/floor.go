package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

// What the floor can do.
const (
	floorFetch = "/fetch"
	floorWrite = "/write"
)

// startFloor starts this program again as the least that a scrape can cost.
func startFloor(ctx context.Context, thulium string, finished []byte) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "-floor", thulium)
	cmd.Stdin = strings.NewReader(string(finished))
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the floor did not start: %w", err), cmd.Wait())
	}
	return &process{cmd: cmd, url: "http://" + strings.TrimSpace(address)}, nil
}

// serveFloor answers with the bytes from in, and says where on out.
func serveFloor(ctx context.Context, thulium string, in io.Reader, out io.Writer) error {
	finished, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	write := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(finished)
	}
	mux := http.NewServeMux()
	mux.HandleFunc(floorWrite, write)
	mux.HandleFunc(floorFetch, func(w http.ResponseWriter, r *http.Request) {
		if err := fetch(r.Context(), thulium+"/api/outbounds/stats"); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		write(w, r)
	})
	fmt.Fprintln(out, listener.Addr())
	return http.Serve(listener, mux) //nolint:gosec // the only client is this program
}

// fetch reads an answer and keeps nothing of it.
func fetch(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	req.SetBasicAuth("load", "load")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}
