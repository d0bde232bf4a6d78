package web

import (
	"sync"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/web/exposition"
)

const (
	// maxCached is the maximum size of a cache, in bytes.
	maxCached = 8 << 20
	// cacheOverhead is the approximate overhead of an entry.
	cacheOverhead = 512
)

// cache holds the rendered part of responses that depends only on the snapshot and
// the configuration. The zero value is empty. It is safe for concurrent use.
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

// part returns the result of render, cached by configuration, snapshot and
// encoding. Concurrent calls render once.
func (c *cache) part(system *config.System, snapshot *collector.Snapshot, encoding exposition.Encoding, render func() *exposition.Part) *exposition.Part {
	key := cacheKey{system.Name, encoding}
	entry := c.entry(key, system, snapshot)
	entry.render.Do(func() {
		entry.part = render()
		c.fit(key, entry)
	})
	return entry.part
}

// entry returns the entry of a snapshot, which replaces that of an earlier one.
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

// fit makes room for an entry that has been rendered. Others are evicted in any order,
// since all are soon outdated.
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

// remove removes an entry. The lock must be held.
func (c *cache) remove(key cacheKey) {
	if entry := c.entries[key]; entry != nil {
		c.size -= entry.size
		delete(c.entries, key)
	}
}
