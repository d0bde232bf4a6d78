package faults

import (
	"runtime"
	"testing"
	"testing/synctest"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// maxBody is the limit of the client.
const maxBody = 8 << 20

// TestMemoryReturns lets the bombs run into the limit of the client.
func TestMemoryReturns(t *testing.T) {
	for _, bomb := range []simulator.Fault{simulator.EndlessBody, simulator.GzipBomb} {
		t.Run(string(bomb), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, 0)
				s.scrape(t)
				before := heap()
				s.setFault(bomb)
				s.scrape(t).show(t, row{result: thulium.InvalidResponse}, tally{thulium.OK: 1, thulium.InvalidResponse: 1})
				if grown := int64(heap() - before); grown > maxBody/8 {
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
