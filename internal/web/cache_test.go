package web

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/thulium"
)

// TestCache: an entry is valid for its snapshot, its configuration and its
// encoding, and replaces the one before.
func TestCache(t *testing.T) {
	var c cache
	system, snapshot := &config.System{Name: "a"}, &collector.Snapshot{}
	text, zipped := exposition.Encoding{}, exposition.Encoding{Gzip: true}
	renders := func(system *config.System, snapshot *collector.Snapshot, encoding exposition.Encoding) (rendered bool) {
		c.part(system, snapshot, encoding, func() *exposition.Part {
			rendered = true
			return &exposition.Part{}
		})
		return rendered
	}
	if !renders(system, snapshot, text) || renders(system, snapshot, text) {
		t.Error("it was not rendered once")
	}
	if !renders(system, snapshot, zipped) || renders(system, snapshot, text) {
		t.Error("encodings are mixed up")
	}
	if !renders(&config.System{Name: "b"}, snapshot, text) || renders(system, snapshot, text) {
		t.Error("systems are mixed up")
	}
	if !renders(system, &collector.Snapshot{}, text) || !renders(system, snapshot, text) {
		t.Error("snapshots are mixed up")
	}
	if !renders(&config.System{Name: "a"}, snapshot, text) {
		t.Error("a reload changes nothing")
	}
	if len(c.entries) != 3 {
		t.Errorf("%d entries, want 3: only the latest snapshot is of use", len(c.entries))
	}
}

// TestCacheRendersOnce: of many who need the same, one renders.
func TestCacheRendersOnce(t *testing.T) {
	var c cache
	var rendered atomic.Int64
	system, snapshot := &config.System{Name: "a"}, &collector.Snapshot{}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			c.part(system, snapshot, exposition.Encoding{}, func() *exposition.Part {
				rendered.Add(1)
				return &exposition.Part{}
			})
		})
	}
	all.Wait()
	if rendered.Load() != 1 {
		t.Errorf("rendered %d times", rendered.Load())
	}
}

// TestCacheIsBounded: whatever is put in, the cache keeps what fits.
func TestCacheIsBounded(t *testing.T) {
	var c cache
	put := func(name string, part *exposition.Part) {
		c.part(&config.System{Name: name}, nil, exposition.Encoding{}, func() *exposition.Part { return part })
	}
	large := megabytes(t, 3)
	for i := range 20 {
		put(string(rune('a'+i)), large)
		if held := len(c.entries) * large.Len(); held > maxCached || i >= 4 && held < maxCached/2 {
			t.Fatalf("%d entries of %d bytes after %d", len(c.entries), large.Len(), i+1)
		}
	}
	put("huge", megabytes(t, maxCached>>20))
	if _, ok := c.entries[cacheKey{system: "huge"}]; ok || len(c.entries) == 0 {
		t.Error("what does not fit at all displaces everything else")
	}
	for key := range c.entries {
		c.remove(key)
	}
	if c.size != 0 {
		t.Errorf("an empty cache has %d bytes", c.size)
	}
}

// megabytes returns a part of at least n MiB.
func megabytes(t *testing.T, n int) *exposition.Part {
	t.Helper()
	campaigns := make([]thulium.Campaign, 1)
	campaigns[0].ID = string(make([]byte, n<<20))
	group := collector.NewMetrics().Campaigns(&collector.Snapshot{Stats: &thulium.Stats{Campaigns: campaigns}}, nil)
	part, err := exposition.NewWriter().Part(exposition.Negotiate(nil), exposition.Content{
		Groups: []*collector.Group{group}, Others: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return part
}
