package main

import (
	"context"
	"fmt"
	"math"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
)

// target scrapes the simulated exporter into a server's database: a sample for
// every series that is there, a staleness mark for every one that went away.
type target struct {
	to     storage.AppendableV2
	series map[string]*series
	batch  storage.AppenderV2
	millis int64
	round  int
	named  bool // campaigns have names
}

// series is one time series the target has ever had.
type series struct {
	labels labels.Labels
	ref    storage.SeriesRef
	seen   int // the newest round that had it; 0 once it is stale
}

func newTarget(to storage.AppendableV2) *target {
	return &target{to: to, series: map[string]*series{}}
}

// scrape takes what the exporter shows at an instant inside the world's
// current minute.
func (t *target) scrape(w *world, second int64) error {
	t.begin((w.now - minute + second) * 1000)
	up := w.faults.exporterUp()
	if err := t.add("up", w.faults.instance(), "", truth(up)); err != nil {
		return err
	}
	if up {
		if err := t.exporter(w, second); err != nil {
			return err
		}
	}
	return t.commit()
}

func (t *target) begin(millis int64) {
	t.batch, t.millis = t.to.AppenderV2(context.Background()), millis
	t.round++
}

// exporter adds what /metrics of a running exporter has.
func (t *target) exporter(w *world, second int64) error {
	instance, now := w.faults.instance(), w.now-minute+second
	values := map[string]float64{
		"thulium_up":                         truth(w.faults.apiUp()),
		"thulium_business_open":              truth(w.cal.OpenAt(at(now))),
		"thulium_business_seconds_total":     w.business(now) + w.calJump + calendarBase,
		"thulium_business_calendar_revision": float64(w.calRev),
	}
	for name, v := range values {
		if err := t.add(name, instance, "", v); err != nil {
			return err
		}
	}
	if !w.faults.apiUp() {
		return nil
	}
	w.missed()
	for c := range w.campaigns {
		c.scraped = true
		if err := t.campaign(c, instance, second); err != nil {
			return err
		}
	}
	return nil
}

// calendarBase keeps the counter positive when the calendar is edited.
const calendarBase = 1e8

func (t *target) campaign(c *campaign, instance string, second int64) error {
	if err := t.add("thulium_campaign_records_total", instance, c.id, float64(c.records)); err != nil {
		return err
	}
	if err := t.add("thulium_campaign_completion_percent", instance, c.id, c.shownPercent(c.doneAt(second))); err != nil {
		return err
	}
	if !t.named {
		return nil
	}
	return t.add("thulium_campaign_info", instance, c.id, 1)
}

func (t *target) add(name, instance, id string, v float64) error {
	key := name + "\xff" + instance + "\xff" + id
	s, ok := t.series[key]
	if !ok {
		s = &series{labels: seriesLabels(name, instance, id)}
		t.series[key] = s
	}
	s.seen = t.round
	return t.append(s, v)
}

func (t *target) append(s *series, v float64) error {
	ref, err := t.batch.Append(s.ref, s.labels, 0, t.millis, v, nil, nil, storage.AOptions{})
	if err != nil {
		return fmt.Errorf("append %s: %w", s.labels, err)
	}
	s.ref = ref
	return nil
}

// commit ends a scrape: what it no longer has becomes stale.
func (t *target) commit() error {
	for key, s := range t.series {
		if s.seen == t.round {
			continue
		}
		if err := t.append(s, math.Float64frombits(value.StaleNaN)); err != nil {
			return err
		}
		delete(t.series, key)
	}
	return t.batch.Commit()
}

func seriesLabels(name, instance, id string) labels.Labels {
	l := map[string]string{"__name__": name, "job": "thulium", "instance": instance, "system": "acme"}
	if id != "" {
		l["id"] = id
	}
	if name == "thulium_campaign_info" {
		l["name"] = "Campaign " + id
	}
	return labels.FromMap(l)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
