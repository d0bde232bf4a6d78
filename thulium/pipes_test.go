package thulium_test

import (
	"net/http"
	"testing"

	"thulium_exporter/test/memnet"
)

// inMemory returns a transport to handler that needs no network.
func inMemory(t *testing.T, handler http.Handler) *http.Transport {
	t.Helper()
	listener := memnet.Serve(t, &http.Server{Handler: handler})
	rt := &http.Transport{DialContext: listener.Dial, DisableCompression: true}
	t.Cleanup(rt.CloseIdleConnections)
	return rt
}
