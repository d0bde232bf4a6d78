package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"time"
)

type standin struct{ starts []int64 }

func (standin) OpenAt(t time.Time) bool {
	l := t.In(zone)
	return l.Weekday() != 0 && l.Weekday() != 6 && l.Hour() >= 8 && l.Hour() < 20
}

var zone, _ = time.LoadLocation("Europe/Warsaw")

func (standin) SecondsUntil(t time.Time) float64 {
	l := t.In(zone)
	days := int(time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
	// 1970-01-05 is a monday = day 4
	d := days - 4
	week, wd := d/7, d%7
	s := float64(week*5+min(wd, 5)) * 12 * 3600
	if wd < 5 {
		s += float64(min(max(l.Hour()*3600+l.Minute()*60+l.Second()-8*3600, 0), 12*3600))
	}
	return s
}

func main() {
	begin := time.Now(); debug.SetGCPercent(800)
	p := plan{seed: 1, from: time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC).Unix(), minutes: 14 * 1440, rules: "../deploy/prometheus/thulium.rules.yml", naive: "naive.yml", scrape: 7, evaluate: 21}
	r, err := p.live(standin{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, x := range []struct {
		n, s string
		t    float64
	}{{"ThuliumCampaignStalled", "warning", 2 * hour}, {"ThuliumCampaignStalled", "critical", 6 * hour}, {"Naive", "warning", 2 * hour}} {
		s := judge(r, x.n, x.s, x.t)
		fmt.Println(s.rule, "stalls", s.stalls, "told", s.told, "false", s.false_, "rep", s.repeated, "outside", s.outside, "P", s.precision(), "R", s.recall(), "delay", s.meanDelay())
		if x.n == "Naive" {
			continue
		}
		for _, m := range s.missed {
			fmt.Printf("  missed %+v due %s end %s\n", m, at(m.due).Format(time.DateTime), at(m.ended).Format(time.DateTime))
		}
		for _, m := range s.falseOnes {
			fmt.Printf("  false %+v %s\n", m, at(m.began).Format(time.DateTime))
			for _, st := range r.stalls {
				if st.campaign == m.campaign {
					fmt.Printf("      stall %+v due %s end %s\n", st, at(st.due).Format(time.DateTime), at(st.ended).Format(time.DateTime))
				}
			}
		}
	}
	for g, c := range r.cost {
		fmt.Println(g, c.evaluations, c.took/time.Duration(c.evaluations))
	}
	fmt.Println("born", r.born, time.Since(begin))
}
