package thulium

import (
	"fmt"
	"slices"
)

// builder builds the Stats of a response.
type builder struct {
	stats    Stats
	entries  int
	seen     map[string]struct{} // IDs; nil while they ascend, and so are unique
	previous []Campaign          // of the previous response, which this one resembles
	mask     mask                // of IDs; nil if there is none
}

// newBuilder returns a builder that expects a response like the previous one,
// if there is one.
func newBuilder(previous *Stats, m mask) *builder {
	b := &builder{mask: m}
	if previous != nil {
		b.previous = previous.Campaigns
		b.stats.Campaigns = make([]Campaign, 0, len(previous.Campaigns))
	}
	return b
}

// previousID returns the ID at the same position of the previous response. It is
// probably equal, and its string can be shared then.
func (b *builder) previousID() string {
	if i := len(b.stats.Campaigns); i < len(b.previous) {
		return b.previous[i].ID
	}
	return ""
}

// addEntry adds an entry, or counts it as rejected.
func (b *builder) addEntry(e *entry) {
	c, err := e.campaign()
	if err != nil {
		b.reject(err)
		return
	}
	if c.ID != b.previousID() {
		c.ID = b.mask.id(c.ID)
	}
	b.add(c)
}

// add adds a campaign, unless its ID was already seen.
func (b *builder) add(c Campaign) {
	if !b.isNew(c.ID) {
		b.reject(fmt.Errorf("campaign %s: duplicate ID", c.ID))
		return
	}
	b.entries++
	b.stats.Campaigns = append(b.stats.Campaigns, c)
}

// isNew reports whether an ID has not been seen yet. No index is needed as long as
// IDs ascend as numbers do.
func (b *builder) isNew(id string) bool {
	all := b.stats.Campaigns
	if b.seen == nil {
		if len(all) == 0 || ascend(all[len(all)-1].ID, id) {
			return true
		}
		b.seen = make(map[string]struct{}, 2*len(all))
		for _, c := range all {
			b.seen[c.ID] = struct{}{}
		}
	}
	size := len(b.seen)
	b.seen[id] = struct{}{}
	return len(b.seen) > size
}

// ascend reports whether b comes after a: 100000 after 99999.
func ascend(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// reject counts an invalid entry.
func (b *builder) reject(reason error) {
	b.entries++
	if b.stats.Rejected == 0 {
		b.stats.FirstRejection = reason
	}
	b.stats.Rejected++
}

// finish returns the Stats. They may be retained for long and hence have no spare
// capacity and no reference to the previous response.
func (b *builder) finish() *Stats {
	stats := b.stats
	if len(stats.Campaigns) < cap(stats.Campaigns) {
		stats.Campaigns = slices.Clone(stats.Campaigns)
	}
	return &stats
}

// merge joins the responses to requests for single campaigns.
func merge(responses []*Stats) *Stats {
	var b builder
	for _, r := range responses {
		for _, c := range r.Campaigns {
			b.add(c)
		}
		if b.stats.Rejected == 0 {
			b.stats.FirstRejection = r.FirstRejection
		}
		b.stats.Rejected += r.Rejected
	}
	return b.finish()
}
