// Package zabbix tests the templates of deploy/zabbix in a real Zabbix, as Debian
// packages it: imported, linked to hosts, and fed by a page of the test's own and by
// the demo.
package zabbix

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const english, polish = "Thulium by HTTP", "Thulium przez HTTP"

// TestZabbix needs half a minute to start a Zabbix, so all tests share it.
func TestZabbix(t *testing.T) {
	z := start(t)
	for range 2 { // the second time as an update
		z.load(t, "../../deploy/zabbix/thulium.yaml")
		z.load(t, "../../deploy/zabbix/thulium.pl.yaml")
	}
	t.Run("parallel", func(t *testing.T) {
		for name, test := range map[string]func(*testing.T, *Zabbix){
			"problems": testProblems, "dependencies": testDependencies, "closed": testClosed, "departed": testDeparted, "absent": testAbsent, "away": testAway, "exporter": testExporter,
			"demo": testDemo, "document": testDocument,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, z)
			})
		}
	})
}

// quick returns macros with which everything takes seconds.
func quick(url, system string) map[string]string {
	return map[string]string{
		"URL": url, "SYSTEM": system, "INTERVAL": "1s", "DOWN": "20s", "EMPTY": "10s", "REJECTED": "15s", "CLOSED": "15s", "NEVER.OPEN": "10s",
	}
}

// expect waits until exactly these problems are open, the worst first: severity and
// name.
func (z *Zabbix) expect(t *testing.T, host string, want ...string) {
	t.Helper()
	eventually(t, fmt.Sprintf("problems are %q", want), func() error {
		var have []string
		for _, p := range z.problems(t, host) {
			have = append(have, p.Severity+" "+p.Name)
			if strings.ContainsAny(p.Opdata, "{*") { // such as *UNKNOWN*
				t.Errorf("%s: %s", p.Name, p.Opdata)
			}
		}
		if !slices.Equal(have, want) {
			return fmt.Errorf("they are %q", have)
		}
		return nil
	})
}

const hour = 3600.0

// healthy returns a campaign in progress, with changes.
func healthy(id, name string, changes map[string]float64) campaign {
	series := map[string]float64{
		"records_total": 1324, "completion_percent": 14.87, "idle_business_seconds": 60, "stall_threshold_business_seconds": 2 * hour,
		"last_progress_timestamp_seconds": 1.79e9, "expected_finish_timestamp_seconds": 1.8e9, "pace_records_per_business_hour": 52,
	}
	for name, value := range changes {
		if series[name] = value; value < 0 {
			delete(series, name)
		}
	}
	return campaign{id, name, series}
}

// testProblems raises and ends each problem, in both languages.
func testProblems(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t, "acme", "umbra")
	acme, umbra := z.host(t, "acme", quick(f.URL, "acme"), english), z.host(t, "umbra", quick(f.URL, "umbra"), polish)
	calm := scene{idle: 60, threshold: hour, campaigns: []campaign{healthy("00001", "Winback", nil), healthy("00002", "Zaległe faktury", nil)}}
	with := func(change func(*scene)) scene {
		s := calm
		change(&s)
		return s
	}
	one := func(changes map[string]float64) scene {
		return with(func(s *scene) { s.campaigns = []campaign{healthy("00001", "Winback", changes), calm.campaigns[1]} })
	}
	allEnglish := []string{"4 Nobody has completed a record for 1h 30m (business hours)"}
	allPolish := []string{"4 Nikt nie ukończył rekordu od 1h 30m (w godzinach pracy)"}
	for _, step := range []struct {
		name            string
		scene           scene
		english, polish []string
	}{
		{"stalled", one(map[string]float64{"idle_business_seconds": 2.4 * hour}),
			[]string{"2 Winback: no progress for 2h 24m (business hours)"}, []string{"2 Winback: brak postępu od 2h 24m (w godzinach pracy)"}},
		{"critical", one(map[string]float64{"idle_business_seconds": 6 * hour}),
			[]string{"4 Winback: no progress for 6h (business hours)"}, []string{"4 Winback: brak postępu od 6h (w godzinach pracy)"}},
		{"waiting", one(map[string]float64{"idle_business_seconds": 6 * hour, "stall_threshold_business_seconds": 7 * hour, "waiting_threshold_business_seconds": 6 * hour, `waits_for ,for="00002"`: 1}),
			[]string{"1 Winback: no progress for 6h, others of its pool progress"}, []string{"1 Winback: brak postępu od 6h, inne kampanie z puli idą naprzód"}},
		{"past deadline", one(map[string]float64{"deadline_timestamp_seconds": 1.79e9}),
			[]string{"4 Winback: past its deadline"}, []string{"4 Winback: po terminie"}},
		{"deadline", one(map[string]float64{"earliest_finish_timestamp_seconds": 4.2e9, "deadline_timestamp_seconds": 4.1e9}),
			[]string{"2 Winback: will miss its deadline"}, []string{"2 Winback: nie zmieści się w terminie"}},
		{"not started", one(map[string]float64{"idle_business_seconds": 9 * hour, "completion_percent": 0, "stall_threshold_business_seconds": -1, "last_progress_timestamp_seconds": -1}),
			[]string{"1 Winback: active for 9h, no record completed yet"}, []string{"1 Winback: aktywna od 9h, bez ukończonego rekordu"}},
		{"empty", one(map[string]float64{"records_total": 0, "completion_percent": 0, "idle_business_seconds": -1, "stall_threshold_business_seconds": -1}),
			[]string{"1 Winback: active without records"}, []string{"1 Winback: aktywna, ale bez rekordów"}},
		{"all stalled", with(func(s *scene) { s.idle = 1.5 * hour }), allEnglish, allPolish},
		{"API down", with(func(s *scene) { s.down = true }),
			[]string{"4 Thulium API is down in business hours"}, []string{"4 API Thulium nie działa w godzinach pracy"}},
		{"API down, closed", with(func(s *scene) { s.down, s.closed = true, true }),
			[]string{"2 Thulium API is down", "2 No business hours for 10s"}, []string{"2 Brak godzin pracy od 10s", "2 API Thulium nie działa"}},
		{"credentials", with(func(s *scene) { s.down, s.denied = true, 1 }),
			[]string{"4 Thulium rejects the credentials"}, []string{"4 Thulium odrzuca dane logowania"}},
		{"rejected", with(func(s *scene) { s.rejected = 2 }),
			[]string{"2 Thulium lists invalid campaigns"}, []string{"2 Thulium podaje nieprawidłowe kampanie"}},
		{"work outside business hours", with(func(s *scene) { s.closed, s.outside = true, 1 }),
			[]string{"2 Work outside business hours", "2 No business hours for 10s"}, []string{"2 Praca poza godzinami pracy", "2 Brak godzin pracy od 10s"}},
	} {
		f.show("acme", step.scene)
		f.show("umbra", step.scene)
		z.expect(t, acme, step.english...)
		z.expect(t, umbra, step.polish...)
		f.show("umbra", calm) // the systems are independent
		z.expect(t, umbra)
		z.expect(t, acme, step.english...)
		f.show("acme", calm)
		z.expect(t, acme)
		t.Log("raised and ended:", step.name)
	}
}

// testDependencies: a problem that explains others keeps them away, for as long as it
// lasts.
func testDependencies(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t, "acme")
	host := z.host(t, "dependencies", quick(f.URL, "acme"), english)
	campaigns := func(idle float64) []campaign {
		changes := map[string]float64{"idle_business_seconds": idle, "deadline_timestamp_seconds": 1.79e9, "earliest_finish_timestamp_seconds": 1.8e9}
		return []campaign{healthy("00001", "Winback", changes)}
	}
	f.show("acme", scene{idle: 2 * hour, threshold: hour, campaigns: campaigns(0)})
	all, past := "4 Nobody has completed a record for 2h (business hours)", "4 Winback: past its deadline"
	z.expect(t, host, past, all)
	f.show("acme", scene{idle: 2 * hour, threshold: hour, campaigns: campaigns(9 * hour)})
	z.expectValues(t, host, map[string]string{"idle[00001]": "32400", "state[00001]": "8"})
	z.expect(t, host, past, all)
	f.show("acme", scene{idle: 0, threshold: hour, campaigns: campaigns(9 * hour)})
	z.expect(t, host, past, "4 Winback: no progress for 9h (business hours)")
}

// testClosed: while the centre is closed, what is for supervisors does not begin, and
// what has begun stays.
func testClosed(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t, "acme")
	macros := quick(f.URL, "acme")
	delete(macros, "NEVER.OPEN")
	host := z.host(t, "closed", macros, english)
	late := []campaign{
		healthy("00001", "Winback", map[string]float64{"deadline_timestamp_seconds": 4.1e9, "earliest_finish_timestamp_seconds": 4.2e9}),
		healthy("00002", "Spring renewals", map[string]float64{"deadline_timestamp_seconds": 1.79e9}),
	}
	f.show("acme", scene{closed: true, campaigns: late})
	z.expectValues(t, host, map[string]string{"state[00001]": "7", "state[00002]": "7"})
	z.expect(t, host)
	f.show("acme", scene{campaigns: late})
	problems := []string{"4 Spring renewals: past its deadline", "2 Winback: will miss its deadline"}
	z.expect(t, host, problems...)
	f.show("acme", scene{closed: true, rejected: 3, campaigns: late})
	eventually(t, "the centre is closed", func() error {
		if items := z.items(t, host); items["thulium.rejected"].LastValue != "3" || items["thulium.open"].LastValue != "0" {
			return errors.New("it is open")
		}
		return nil
	})
	z.expect(t, host, append(problems, "2 Thulium lists invalid campaigns")...)
}

// testDeparted: a campaign that is off the list has no problem, its items tell so,
// and its ID starts afresh for another campaign.
func testDeparted(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t, "acme")
	kept := quick(f.URL, "acme")
	gone := quick(f.URL, "acme")
	gone["LIFETIME"] = "0"
	hosts := []string{z.host(t, "keeps departed campaigns", kept, english), z.host(t, "deletes them", gone, english)}
	other := healthy("00002", "Zaległe faktury", nil)
	stalled := healthy("00001", "Winback", map[string]float64{"idle_business_seconds": 3 * hour})
	f.show("acme", scene{campaigns: []campaign{stalled, other}})
	for _, host := range hosts {
		z.expect(t, host, "2 Winback: no progress for 3h (business hours)")
	}

	z.enable(t, hosts[0], "Winback: gone unfinished") // which is disabled by default
	departed := campaign{"00001", "Winback", map[string]float64{"departed_business_seconds": 60}}
	f.show("acme", scene{campaigns: []campaign{departed, other}})
	z.expect(t, hosts[0], "1 Winback: gone unfinished")
	z.expect(t, hosts[1])
	for _, host := range hosts {
		z.expectValues(t, host, map[string]string{"state[00001]": "2", "idle[00001]": "0", "threshold[00001]": "0"})
	}
	f.show("acme", scene{campaigns: []campaign{other}})
	z.expect(t, hosts[0])
	z.expectValues(t, hosts[0], map[string]string{"state[00001]": "0", "idle[00001]": "0", "state[00002]": "6"})
	eventually(t, "the items of the departed campaign are deleted", func() error {
		if items := z.items(t, hosts[1]); items["thulium.campaign.state[00001]"].Name != "" {
			return errors.New("they are there")
		} else if items["thulium.campaign.state[00002]"].Name == "" {
			t.Fatal("so are those of the other one")
		}
		return nil
	})

	f.show("acme", scene{campaigns: []campaign{healthy("00001", "Spring renewals", map[string]float64{"completion_percent": 0, "stall_threshold_business_seconds": -1, "last_progress_timestamp_seconds": -1}), other}})
	for _, host := range hosts {
		z.expectValues(t, host, map[string]string{"state[00001]": "5", "completion[00001]": "0", "left[00001]": "1324"})
		eventually(t, "the items have the new name", func() error {
			if name := z.items(t, host)["thulium.campaign.state[00001]"].Name; name != "Spring renewals: state" {
				return errors.New(name)
			}
			return nil
		})
		z.expect(t, host)
	}
}

// enable enables a trigger of a host.
func (z *Zabbix) enable(t *testing.T, host, name string) {
	t.Helper()
	var triggers []struct{ TriggerID string }
	z.call(t, "trigger.get", object{"hostids": host, "filter": object{"description": name}}, &triggers)
	for _, trigger := range triggers {
		z.call(t, "trigger.update", object{"triggerid": trigger.TriggerID, "status": "0"}, nil)
	}
}

// expectValues waits for the latest values of items of campaigns.
func (z *Zabbix) expectValues(t *testing.T, host string, want map[string]string) {
	t.Helper()
	eventually(t, fmt.Sprintf("the values are %q", want), func() error {
		items, have := z.items(t, host), map[string]string{}
		for key := range want {
			have[key] = items["thulium.campaign."+key].LastValue
		}
		if !maps.Equal(have, want) {
			return fmt.Errorf("they are %q", have)
		}
		return nil
	})
}

// testAbsent: no item is unsupported because a series is absent, none shows an old
// value as new, and problems outlast an outage of Thulium.
func testAbsent(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t, "acme")
	host := z.host(t, "absent", quick(f.URL, "acme"), english)
	bare := campaign{"00003", `A "quoted" name`, nil}
	full := healthy("00001", "Winback", map[string]float64{
		"idle_business_seconds": 3 * hour, `idle_cause ,cause="no_agents"`: 1, `agents ,state="assigned"`: 12, `agents ,state="logged_in"`: 0, "deadline_timestamp_seconds": 4.1e9, "earliest_finish_timestamp_seconds": 1.8e9,
	})
	f.show("acme", scene{campaigns: []campaign{full, bare}})
	z.expectValues(t, host, map[string]string{
		"state[00001]": "8", "records[00001]": "1324", "completion[00001]": "14.87", "left[00001]": "1127", "pace[00001]": "52", "idle[00001]": "10800",
		"threshold[00001]": "7200", "cause[00001]": "no agent is logged in, logged in: 0 of 12", "deadline[00001]": "4100000000", "expected[00001]": "1800000000", "earliest[00001]": "1800000000",
		"state[00003]": "1", "idle[00003]": "0", "threshold[00003]": "0", "cause[00003]": "cause unknown", "deadline[00003]": "0", "expected[00003]": "0", "earliest[00003]": "0",
		"records[00003]": "0", "left[00003]": "0", "pace[00003]": "0", // as the API shows what never had a value
	})
	problem := "2 Winback: no progress for 3h (business hours)"
	z.expect(t, host, problem)
	if opdata := z.problems(t, host)[0].Opdata; opdata != "no progress for 3h, threshold 2h; no agent is logged in, logged in: 0 of 12" {
		t.Error(opdata)
	}

	f.show("acme", scene{down: true, campaigns: []campaign{full, bare}})
	z.expect(t, host, "4 Thulium API is down in business hours", problem)
	items := z.items(t, host)
	for key, i := range items {
		if i.State != "0" || i.Error != "" {
			t.Errorf("%s is not supported: %s", key, i.Error)
		}
	}
	now := items["thulium.up"].LastClock
	for key, live := range map[string]bool{"state[00001]": true, "idle[00001]": true, "records[00001]": false, "completion[00001]": false, "left[00001]": false} {
		if i := items["thulium.campaign."+key]; (i.LastClock >= now) != live {
			t.Errorf("%s has a value of %s, now it is %s", key, i.LastClock, now)
		}
	}
	f.show("acme", scene{campaigns: []campaign{full, bare}})
	z.expect(t, host, problem)
}

// testAway: an exporter that is away, or does not know the system, is a problem of
// its own and ends no other.
func testAway(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t, "acme")
	host, wrong := z.host(t, "away", quick(f.URL, "acme"), english), z.host(t, "unknown system", quick(f.URL, "acne"), english)
	f.show("acme", scene{campaigns: []campaign{healthy("00001", "Winback", map[string]float64{"idle_business_seconds": 3 * hour})}})
	stalled := "2 Winback: no progress for 3h (business hours)"
	z.expect(t, host, stalled)
	f.change(func() { f.away = true })
	z.expect(t, host, "4 thulium_exporter is down", stalled)
	f.change(func() { f.away = false })
	z.expect(t, host, stalled)
	f.show("acme", scene{campaigns: []campaign{healthy("00001", "Winback", nil)}})
	z.expect(t, host)
	z.expect(t, wrong, "4 thulium_exporter is down")
}

// testExporter: the exporter's own failures, in the template of its own.
func testExporter(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	f := newFake(t)
	macros := map[string]string{"URL": f.URL, "EXPORTER.INTERVAL": "1s"}
	host, host2 := z.host(t, "exporter", macros, "Thulium exporter by HTTP"), z.host(t, "eksporter", macros, "Thulium: eksporter przez HTTP")
	f.change(func() { f.reload = 0 })
	z.expect(t, host, "2 The configuration of thulium_exporter is invalid")
	z.expect(t, host2, "2 Konfiguracja thulium_exporter jest nieprawidłowa")
	f.change(func() { f.reload, f.state = 1, 0 })
	z.expect(t, host, "2 thulium_exporter cannot write its state file")
	z.expect(t, host2, "2 thulium_exporter nie może zapisać pliku stanu")
	f.change(func() { f.state = 1 })
	z.expect(t, host)
	z.expect(t, host2)
}
