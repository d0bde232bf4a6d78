package faults

import (
	"runtime"
	"testing"
	"testing/synctest"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// largeBody is less than the client's own limit, since the race detector makes
// decoding slow, and more than may be kept.
const largeBody = 4 << 20

// TestMemoryReturns lets the bombs run into a larger limit.
func TestMemoryReturns(t *testing.T) {
	for _, bomb := range []simulator.Fault{simulator.EndlessBody, simulator.GzipBomb} {
		t.Run(string(bomb), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, 0, largeBody)
				s.scrape(t)
				before := heap()
				s.thulium.SetFault(bomb)
				s.scrape(t).show(t, row{result: thulium.InvalidResponse}, tally{thulium.OK: 1, thulium.InvalidResponse: 1})
				if grown := int64(heap() - before); grown > largeBody/4 {
					t.Errorf("%d bytes are kept", grown)
				}
			})
		})
	}
}

// heap returns how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what the first one put aside in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
