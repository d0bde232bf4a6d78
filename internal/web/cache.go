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

// cache holds what was rendered of the latest snapshots. That is nearly all of a
// response and changes only with the snapshot, or with the configuration. The
// zero value is empty. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	entries map[cacheKey]*cacheEntry
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

	render sync.Once
	part   *exposition.Part
	size   int // 0 before it is rendered; guarded by the mutex of the cache
}

// part returns what render returns, and may have returned before for the same
// configuration, snapshot and encoding. However many need it at a time, it is
// rendered once.
func (c *cache) part(system *config.System, snapshot *collector.Snapshot, encoding exposition.Encoding, render func() *exposition.Part) *exposition.Part {
	key := cacheKey{system.Name, encoding}
	entry := c.entry(key, system, snapshot)
	entry.render.Do(func() {
		entry.part = render()
		c.fit(key, entry)
	})
	return entry.part
}

// entry returns the entry for a snapshot. It replaces one for another snapshot.
func (c *cache) entry(key cacheKey, system *config.System, snapshot *collector.Snapshot) *cacheEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry := c.entries[key]; entry != nil && entry.config == system && entry.snapshot == snapshot {
		return entry
	}
	c.remove(key)
	if c.entries == nil {
		c.entries = map[cacheKey]*cacheEntry{}
	}
	entry := &cacheEntry{config: system, snapshot: snapshot}
	c.entries[key] = entry
	return entry
}

// fit makes room for an entry that has been rendered. Which others go does not
// matter, since all are soon outdated.
func (c *cache) fit(key cacheKey, entry *cacheEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] != entry {
		return // replaced meanwhile
	}
	entry.size = entry.part.Len() + cacheOverhead
	c.size += entry.size
	if entry.size > maxCached {
		c.remove(key)
	}
	for other, e := range c.entries {
		if c.size <= maxCached {
			return
		}
		if e != entry {
			c.remove(other)
		}
	}
}

// remove needs the lock.
func (c *cache) remove(key cacheKey) {
	if entry := c.entries[key]; entry != nil {
		c.size -= entry.size
		delete(c.entries, key)
	}
}
