package web

import (
	"sync"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/web/exposition"
)

const (
	// maxCached bounds what a cache holds, in bytes.
	maxCached = 16 << 20
	// cacheOverhead is about what an entry takes besides its bytes.
	cacheOverhead = 512
)

// cache holds what was rendered of the latest snapshots of polled systems. That
// is nearly all of a response and changes only with the snapshot, or with the
// configuration. The zero value is empty. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	entries map[cacheKey]cacheEntry
	size    int
}

type cacheKey struct {
	system   string
	encoding exposition.Encoding
}

// cacheEntry is valid for one configuration and one snapshot.
type cacheEntry struct {
	config   *config.System
	snapshot *collector.Snapshot
	part     *exposition.Part
}

// get returns the part rendered from this snapshot with this configuration; nil
// if there is none.
func (c *cache) get(system *config.System, snapshot *collector.Snapshot, encoding exposition.Encoding) *exposition.Part {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[cacheKey{system.Name, encoding}]
	if entry.config != system || entry.snapshot != snapshot {
		return nil
	}
	return entry.part
}

// put replaces what was rendered before of the same system. Where there is no
// room, others go: which ones does not matter, since all are soon outdated.
func (c *cache) put(system *config.System, snapshot *collector.Snapshot, encoding exposition.Encoding, part *exposition.Part) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := cacheKey{system.Name, encoding}
	c.remove(key)
	size := part.Len() + cacheOverhead
	if size > maxCached {
		return
	}
	for other := range c.entries {
		if c.size+size <= maxCached {
			break
		}
		c.remove(other)
	}
	if c.entries == nil {
		c.entries = map[cacheKey]cacheEntry{}
	}
	c.entries[key] = cacheEntry{system, snapshot, part}
	c.size += size
}

// remove needs the lock.
func (c *cache) remove(key cacheKey) {
	if entry, ok := c.entries[key]; ok {
		c.size -= entry.part.Len() + cacheOverhead
		delete(c.entries, key)
	}
}
