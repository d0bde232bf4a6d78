package web

import (
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
	part := &exposition.Part{}
	c.put(system, snapshot, text, part)
	for name, tt := range map[string]struct {
		system   *config.System
		snapshot *collector.Snapshot
		encoding exposition.Encoding
		want     *exposition.Part
	}{
		"the same":         {system, snapshot, text, part},
		"another snapshot": {system, &collector.Snapshot{}, text, nil},
		"reloaded":         {&config.System{Name: "a"}, snapshot, text, nil},
		"another encoding": {system, snapshot, zipped, nil},
		"another system":   {&config.System{Name: "b"}, snapshot, text, nil},
	} {
		if got := c.get(tt.system, tt.snapshot, tt.encoding); got != tt.want {
			t.Errorf("%s: got %p, want %p", name, got, tt.want)
		}
	}
	c.put(system, &collector.Snapshot{}, text, part)
	if len(c.entries) != 1 {
		t.Errorf("%d entries, want 1: only the latest snapshot is of use", len(c.entries))
	}
}

// TestCacheIsBounded: whatever is put in, the cache keeps what fits.
func TestCacheIsBounded(t *testing.T) {
	var c cache
	large := megabytes(t, 3)
	for i := range 20 {
		c.put(&config.System{Name: string(rune('a' + i))}, nil, exposition.Encoding{}, large)
		if held := len(c.entries) * large.Len(); held > maxCached || i >= 4 && held < maxCached/2 {
			t.Fatalf("%d entries of %d bytes after %d", len(c.entries), large.Len(), i+1)
		}
	}
	c.put(&config.System{Name: "huge"}, nil, exposition.Encoding{}, megabytes(t, maxCached>>20))
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
