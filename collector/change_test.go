package collector_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// script answers with whatever is next.
type script struct {
	next atomic.Pointer[thulium.Stats]
}

func (s *script) Stats(context.Context) (*thulium.Stats, error) {
	if answer := s.next.Load(); answer != nil {
		return answer, nil
	}
	return nil, serverError()
}

// say makes these the campaigns of the next answer; none makes it fail.
func (s *script) say(campaigns ...thulium.Campaign) {
	if campaigns == nil {
		s.next.Store(nil)
		return
	}
	s.next.Store(&thulium.Stats{Campaigns: campaigns})
}

func scripted(api collector.API) *collector.OnScrape {
	return collector.NewOnScrape(api, time.Minute, &collector.Requests{}, log.NewNopLogger())
}

func TestChanges(t *testing.T) {
	a := thulium.Campaign{ID: "a", Records: 10, CompletionPercent: 1}
	b := thulium.Campaign{ID: "b", Records: 10, CompletionPercent: 1}
	moved := thulium.Campaign{ID: "a", Records: 10, CompletionPercent: 2}
	grown := thulium.Campaign{ID: "a", Records: 11, CompletionPercent: 2}
	first, seen := false, true
	for name, tt := range map[string]struct {
		answers [][]thulium.Campaign // one a minute
		minutes []int64              // of the changes in the newest
		seen    []bool
	}{
		"new":             {[][]thulium.Campaign{{a, b}}, []int64{0, 0}, []bool{first, first}},
		"nothing moved":   {[][]thulium.Campaign{{a, b}, {a, b}, {a, b}}, []int64{0, 0}, []bool{first, first}},
		"one moved":       {[][]thulium.Campaign{{a, b}, {moved, b}, {moved, b}}, []int64{1, 0}, []bool{seen, first}},
		"records grew":    {[][]thulium.Campaign{{moved}, {moved}, {grown}}, []int64{2}, []bool{seen}},
		"fell back":       {[][]thulium.Campaign{{moved}, {a}}, []int64{1}, []bool{seen}},
		"other order":     {[][]thulium.Campaign{{a, b}, {b, moved}, {moved, b}}, []int64{1, 0}, []bool{seen, first}},
		"one more":        {[][]thulium.Campaign{{b}, {a, b}}, []int64{1, 0}, []bool{first, first}},
		"one less":        {[][]thulium.Campaign{{a, b}, {b}}, []int64{0}, []bool{first}},
		"came back":       {[][]thulium.Campaign{{a, b}, {b}, {a, b}}, []int64{2, 0}, []bool{first, first}},
		"after an outage": {[][]thulium.Campaign{{a, b}, nil, {moved, b}}, []int64{2, 0}, []bool{seen, first}},
		"after nothing":   {[][]thulium.Campaign{{a}, {}, {a}}, []int64{2}, []bool{first}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &script{}
				source, start := scripted(api), time.Now()
				for i, campaigns := range tt.answers {
					time.Sleep(time.Until(start.Add(time.Duration(i) * time.Minute)))
					api.say(campaigns...)
					source.Snapshot(t.Context())
				}
				var minutes []int64
				var seen []bool
				for _, c := range source.Latest().Changes {
					minutes = append(minutes, int64(c.At().Sub(start)/time.Minute))
					seen = append(seen, c.Seen)
				}
				if !slices.Equal(minutes, tt.minutes) || !slices.Equal(seen, tt.seen) {
					t.Errorf("changes at %v, seen %v; want %v, %v", minutes, seen, tt.minutes, tt.seen)
				}
			})
		})
	}
}

// TestChangesStay: a later answer leaves the snapshots before as they were.
func TestChangesStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &script{}
		source := scripted(api)
		api.say(thulium.Campaign{ID: "a"})
		old := source.Snapshot(t.Context())
		before := slices.Clone(old.Changes)
		time.Sleep(time.Hour)
		api.say(thulium.Campaign{ID: "a", Records: 1})
		source.Snapshot(t.Context())
		if !slices.Equal(old.Changes, before) {
			t.Errorf("got %v, want %v as before", old.Changes, before)
		}
	})
}

// TestChangesOfPoller: they live and die with the answer.
func TestChangesOfPoller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		p := poll(t, api)
		synctest.Wait()
		api.fails.Store(serverError())
		time.Sleep(2 * time.Minute)
		if s := p.Latest(); len(s.Changes) != 2 {
			t.Errorf("%d changes with the old answer, want 2", len(s.Changes))
		}
		time.Sleep(2 * time.Minute)
		if s := p.Latest(); s.Changes != nil {
			t.Errorf("%d changes without an answer", len(s.Changes))
		}
	})
}

func TestNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		api := &fakeAPI{takes: 10 * time.Second}
		p := poll(t, api)
		if next := p.Latest().Next; !next.Equal(start) {
			t.Errorf("the first poll at %s, want %s", next, start)
		}
		time.Sleep(30 * time.Second)
		if next := p.Latest().Next.Sub(start); next != time.Minute {
			t.Errorf("the second poll after %s, want 1m", next)
		}
	})
}

func TestNextOnScrape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		source := newOnScrape(api)
		if s := source.Snapshot(t.Context()); !s.Next.IsZero() {
			t.Errorf("next at %s, want with the next scrape", s.Next)
		}
		failure := serverError()
		failure.RetryAfter = time.Hour
		api.fails.Store(failure)
		if s := source.Snapshot(t.Context()); time.Until(s.Next) != time.Hour {
			t.Errorf("next at %s, want in an hour", s.Next)
		}
	})
}

func TestLastFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		source, start := newOnScrape(api), time.Now()
		if s := source.Snapshot(t.Context()); s.LastFailure != nil {
			t.Errorf("got %+v before any failure", s.LastFailure)
		}
		failure := serverError()
		api.fails.Store(failure)
		source.Snapshot(t.Context())
		api.fails.Store(nil)
		time.Sleep(time.Hour)
		s := source.Snapshot(t.Context())
		if !s.Up() || s.LastFailure == nil || !errors.Is(s.LastFailure.Err, failure) || !s.LastFailure.At.Equal(start) {
			t.Errorf("after the recovery: %+v, want the failure kept", s)
		}
	})
}

// BenchmarkChanges measures a whole request whose answer is there at once, so
// nearly all of it is the comparison with the answer before.
func BenchmarkChanges(b *testing.B) {
	campaigns := make([]thulium.Campaign, 10_000)
	for i := range campaigns {
		campaigns[i] = thulium.Campaign{ID: fmt.Sprintf("%05d", i), Records: 100}
	}
	moved := slices.Clone(campaigns)
	for i := 0; i < len(moved); i += 2 {
		moved[i].CompletionPercent++
	}
	reversed := slices.Clone(moved)
	slices.Reverse(reversed)
	for _, bb := range []struct {
		name  string
		other []thulium.Campaign
	}{{"same", slices.Clone(campaigns)}, {"moved", moved}, {"reversed", reversed}} {
		b.Run(bb.name, func(b *testing.B) {
			api := &script{}
			source := scripted(api)
			answers := [2]*thulium.Stats{{Campaigns: campaigns}, {Campaigns: bb.other}}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				api.next.Store(answers[i%2])
				source.Snapshot(b.Context())
			}
		})
	}
}
