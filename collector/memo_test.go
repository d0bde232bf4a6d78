package collector_test

import (
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/collector"
)

// TestDerive: what was derived lives as long as its snapshot, and no longer.
func TestDerive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		p := poll(t, api)
		synctest.Wait()
		derived := 0
		derive := func(s *collector.Snapshot, key any) {
			s.Derive(key, func() any {
				derived++
				return s.Up()
			})
		}
		derive(p.Latest(), "text")
		derive(p.Latest(), "text")
		derive(p.Latest(), "gzip")
		if derived != 2 {
			t.Errorf("derived %d times for two keys, want 2", derived)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		derive(p.Latest(), "text")
		if derived != 3 {
			t.Errorf("derived %d times after another poll, want 3", derived)
		}
		api.hangs.Store(true)
		time.Sleep(4 * time.Minute)
		if up := p.Latest().Derive("text", func() any { return p.Latest().Up() }); up != false {
			t.Error("what was derived from a fresh snapshot outlived it")
		}
	})
}

// TestDeriveIsBounded: a client that asks for many forms does not fill memory.
func TestDeriveIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := poll(t, &fakeAPI{})
		synctest.Wait()
		derived := 0
		for range 2 {
			for key := range 100 {
				p.Latest().Derive(key, func() any { derived++; return nil })
			}
		}
		if derived != 196 {
			t.Errorf("derived %d times, want 196: all but the four that are kept", derived)
		}
	})
}

// TestDeriveOnce: a snapshot that is served once keeps nothing.
func TestDeriveOnce(t *testing.T) {
	s := newOnScrape(&fakeAPI{}).Snapshot(t.Context())
	s.Derive("text", func() any { return 1 })
	if got := s.Derive("text", func() any { return 2 }); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}
