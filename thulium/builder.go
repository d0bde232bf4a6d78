package thulium

import "slices"

// builder makes an answer of entries.
type builder struct {
	answer  Stats
	entries int
	seen    map[string]struct{} // ids; nil while they ascend, and so are unique
	before  []Campaign          // of the answer before, which this one is much like
}

// newBuilder returns a builder that expects an answer like the one before, if
// there is one.
func newBuilder(before *Stats) *builder {
	if before == nil {
		return &builder{}
	}
	return &builder{answer: Stats{Campaigns: make([]Campaign, 0, len(before.Campaigns))}, before: before.Campaigns}
}

// text returns the id of the next campaign as a string, the one that the answer
// before has in the same place if that is the same.
func (b *builder) text(id []byte) string {
	if i := len(b.answer.Campaigns); i < len(b.before) && b.before[i].ID == string(id) {
		return b.before[i].ID
	}
	return string(id)
}

// take takes an entry in, or counts it as one that cannot be used.
func (b *builder) take(e *entry) {
	c, err := e.campaign()
	if err != nil {
		b.reject(err)
		return
	}
	b.add(c)
}

// add takes a campaign in, unless its id was seen before.
func (b *builder) add(c Campaign) {
	if !b.isNew(c.ID) {
		b.reject(duplicateError(c.ID))
		return
	}
	b.entries++
	b.answer.Campaigns = append(b.answer.Campaigns, c)
}

// isNew reports whether an id was not seen before. As long as ids ascend, as in
// the example of the API's documentation, no index is needed for that.
func (b *builder) isNew(id string) bool {
	all := b.answer.Campaigns
	if b.seen == nil {
		if len(all) == 0 || id > all[len(all)-1].ID {
			return true
		}
		b.seen = make(map[string]struct{}, 2*len(all))
		for _, c := range all {
			b.seen[c.ID] = struct{}{}
		}
	}
	before := len(b.seen)
	b.seen[id] = struct{}{}
	return len(b.seen) > before
}

// reject counts an entry that cannot be used.
func (b *builder) reject(reason error) {
	b.entries++
	if b.answer.Rejected == 0 {
		b.answer.FirstRejection = reason
	}
	b.answer.Rejected++
}

// finish returns the answer. It may be kept for long, so it holds on to nothing
// else: no spare room, and not the answer before.
func (b *builder) finish() *Stats {
	answer := b.answer
	if len(answer.Campaigns) < cap(answer.Campaigns) {
		answer.Campaigns = slices.Clone(answer.Campaigns)
	}
	return &answer
}

// merge joins the answers to requests for single campaigns.
func merge(answers []*Stats) *Stats {
	var b builder
	for _, a := range answers {
		for _, c := range a.Campaigns {
			b.add(c)
		}
		if b.answer.Rejected == 0 {
			b.answer.FirstRejection = a.FirstRejection
		}
		b.answer.Rejected += a.Rejected
	}
	return b.finish()
}
