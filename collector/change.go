package collector

import (
	"time"

	"thulium_exporter/thulium"
)

// Change says since when a campaign has been as it is now, in records and in
// completion. It takes no pointers and little memory, since there is one per
// campaign.
type Change struct {
	Unix uint32 // when the source first saw the campaign like this, in seconds until 2106
	Seen bool   // the source saw it become so; else it was so when first seen
}

// At returns the moment.
func (c Change) At() time.Time { return time.Unix(int64(c.Unix), 0) }

// memory knows the newest good answer and the changes that led to it. What is
// not active any more is forgotten with the next answer.
type memory struct {
	campaigns []thulium.Campaign
	changes   []Change
}

// next takes in the campaigns of a good answer that arrived at now and returns
// the change of each, in the same order. The slice is never changed afterwards;
// it is the one before where nothing moved.
func (m *memory) next(campaigns []thulium.Campaign, now time.Time) []Change {
	if !m.same(campaigns) {
		m.changes = m.compare(campaigns, uint32(now.Unix()))
	}
	m.campaigns = campaigns
	return m.changes
}

// same reports whether nothing at all is new.
func (m *memory) same(campaigns []thulium.Campaign) bool {
	if len(campaigns) != len(m.campaigns) {
		return false
	}
	for i, c := range campaigns {
		if c != m.campaigns[i] {
			return false
		}
	}
	return true
}

func (m *memory) compare(campaigns []thulium.Campaign, now uint32) []Change {
	changes := make([]Change, len(campaigns))
	find := m.finder()
	for i, c := range campaigns {
		changes[i].Unix = now
		if before, ok := find(i, c.ID); ok {
			changes[i].Seen = true
			if m.campaigns[before] == c {
				changes[i] = m.changes[before]
			}
		}
	}
	return changes
}

// finder returns a function that finds an id in the answer before. The API
// keeps its order, mostly: the place tells, and ids are indexed only when it
// does not.
func (m *memory) finder() func(place int, id string) (int, bool) {
	var index map[string]int
	return func(place int, id string) (int, bool) {
		if place < len(m.campaigns) && m.campaigns[place].ID == id {
			return place, true
		}
		if index == nil {
			index = make(map[string]int, len(m.campaigns))
			for i, c := range m.campaigns {
				index[c.ID] = i
			}
		}
		i, ok := index[id]
		return i, ok
	}
}
