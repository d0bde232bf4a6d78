package thulium

import "slices"

// builder makes an answer of entries.
type builder struct {
	answer  Answer
	entries int
	seen    map[string]struct{} // ids; nil while they ascend, and so are unique
}

// newBuilder returns a builder that expects so many campaigns.
func newBuilder(campaigns int) *builder {
	return &builder{answer: Answer{Campaigns: slices.Grow([]Campaign(nil), campaigns)}}
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
		b.answer.Rejection = reason
	}
	b.answer.Rejected++
}

// finish returns the answer.
func (b *builder) finish() *Answer {
	if len(b.answer.Campaigns) < cap(b.answer.Campaigns) {
		b.answer.Campaigns = slices.Clone(b.answer.Campaigns) // no spare room: it may be kept for long
	}
	return &b.answer
}

// merge joins the answers to requests for single campaigns.
func merge(answers []*Answer) *Answer {
	var b builder
	for _, a := range answers {
		for _, c := range a.Campaigns {
			b.add(c)
		}
		if b.answer.Rejected == 0 {
			b.answer.Rejection = a.Rejection
		}
		b.answer.Rejected += a.Rejected
	}
	return b.finish()
}
