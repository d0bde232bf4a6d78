package status_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/statustest"
	"thulium_exporter/thulium"
)

func newHandler(t testing.TB, systems []statustest.System, change ...func(*status.Options)) http.Handler {
	t.Helper()
	o := status.Options{
		TelemetryPath: "/stats", Started: statustest.Now().Add(-time.Hour), Flags: []status.Flag{{Name: "poll.interval", Value: "1m0s"}},
		Build: collector.Build{Version: "1.2.3", Revision: "abcdef", Date: "2026-03-01"},
	}
	for _, c := range change {
		c(&o)
	}
	running := statustest.Running(systems)
	h, err := status.New(func() []*fleet.System { return running }, statustest.Now, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// get returns the response to a browser that prefers a language.
func get(t testing.TB, handler http.Handler, target, language string) *httptest.ResponseRecorder {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.Header.Set("Accept-Language", language)
	handler.ServeHTTP(w, r)
	return w
}

// centre returns one healthy system.
func centre() []statustest.System {
	return []statustest.System{statustest.Up("acme", statustest.Centre()...)}
}

// text returns a page without its tags, each run of spaces being one.
func text(page string) string {
	page = regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAllString(page, "")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(page), " ") // a no-break space is a space, too
}

// TestMainPart compares the main part of a usual page with golden files, which UPDATE=1
// writes.
func TestMainPart(t *testing.T) {
	for _, language := range []string{"en", "pl"} {
		file := "testdata/centre." + language + ".html"
		campaigns := map[string][]statustest.Campaign{"en": statustest.Centre(), "pl": statustest.Centrum()}[language]
		page := get(t, newHandler(t, []statustest.System{statustest.Up("acme", campaigns...)}), "/", language).Body.String()
		got := regexp.MustCompile(`(?s)<main.*</main>`).FindString(page) + "\n"
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || got != string(want) {
			t.Errorf("%s: %v; got %s\nwant %s", file, err, got, want)
		}
	}
}

// scenes are what may be seen, by name.
func scenes() map[string][]statustest.System {
	up, down := statustest.Centre(), statustest.Unreachable()
	one := func(s statustest.System) []statustest.System { return []statustest.System{s} }
	calm := []statustest.Campaign{up[0], up[2], up[4]}
	limited := statustest.OnScrape(statustest.Down("acme", &thulium.Error{Result: thulium.RateLimited, Err: os.ErrDeadlineExceeded}, up...))
	limited.Snapshot.Next = statustest.Now().Add(10 * time.Minute)
	never := statustest.Down("acme", statustest.Refused())
	never.Snapshot.LastSuccess, never.Snapshot.Progress = time.Time{}, nil
	recovered := statustest.Up("acme", up...)
	recovered.Snapshot.LastFailure = &collector.Failure{At: statustest.Now().Add(-time.Hour), Err: statustest.Refused()}
	rejected := statustest.Up("acme", up...)
	rejected.Snapshot.Stats.Rejected, rejected.Snapshot.Stats.FirstRejection = 2, os.ErrInvalid
	old := statustest.OnScrape(statustest.Up("acme", up...))
	old.Snapshot.LastSuccess = statustest.Now().Add(-12 * time.Minute)
	late := statustest.OnScrape(statustest.Up("acme", up...)) // one scrape in five minutes
	late.Snapshot.LastSuccess = statustest.Now().Add(-10*time.Minute - 30*time.Second)
	restarted := statustest.Up("acme", up...)
	restarted.Snapshot = &collector.Snapshot{Err: os.ErrNotExist, Progress: restarted.Snapshot.Progress, Next: statustest.Now().Add(34 * time.Second)}
	pooled := []statustest.Campaign{up[3], up[0]} // the second one has the agents
	pooled[0].Pool, pooled[1].Pool = "sales", "sales"
	slow := statustest.Campaign{ID: "00009", Name: "Rare calls", Records: 900, Percent: 0.05, Moved: 50 * time.Minute}
	looked := func(look *progress.Look, others ...statustest.Campaign) []statustest.System {
		idle := up[3]
		idle.Look = look
		return one(statustest.Up("acme", append([]statustest.Campaign{idle}, others...)...))
	}
	training := statustest.Stalled(up, 8)[7:]
	for i := range training {
		training[i].Look = statustest.Looks()[progress.AllPaused]
	}
	mixed := slices.Clone(training)
	mixed[3].Look = statustest.Looks()[progress.NoAgents]
	mates := slices.Clone(pooled)
	mates[0].Look = statustest.Looks()[progress.Elsewhere]
	missed := up[2]
	missed.Deadline = "2026-03-09 12:00"
	return map[string][]statustest.System{
		"stalled": centre(), "calm": one(statustest.Up("acme", calm...)), "none": one(statustest.Up("acme")),
		"finished": one(statustest.Up("acme", statustest.Finished(up)...)), "no progress": one(statustest.Up("acme", up[4], up[7])),
		"all stalled": one(statustest.Up("acme", statustest.Stalled(up, 8)[7:]...)), "late": one(statustest.Up("acme", up[0], up[1])),
		"silent one of two": {statustest.Up("a", up[2], up[0]), statustest.Up("b", statustest.Stalled(up, 8)[7:]...)},
		"waits":             one(statustest.Up("acme", pooled...)), "slow": one(statustest.Up("acme", slow, up[0])), "past deadline": one(statustest.Up("acme", missed)),
		"silent whole": one(statustest.Up("acme", up[3], statustest.Campaign{ID: "00010", Name: "Fresh", Records: 5000, Percent: 30, Moved: 100 * time.Minute})),
		"several":      one(statustest.Up("acme", statustest.Many(48)...)), "nameless": one(statustest.Up("acme", statustest.Campaign{ID: "00009", Records: 3})),
		"nobody logged in": looked(statustest.Looks()[progress.NoAgents], up[0]), "nobody assigned": looked(&progress.Look{OK: true}, up[0]),
		"one agent": looked(&progress.Look{OK: true, Assigned: 1, LoggedOut: 1}, up[0]), "all paused": looked(statustest.Looks()[progress.AllPaused], up[0]),
		"elsewhere": looked(statustest.Looks()[progress.Elsewhere], up[0]), "nobody calls": looked(statustest.Looks()[progress.NotCalling], up[0]),
		"no look": looked(statustest.Looks()[progress.Unknown], up[0]), "mates": one(statustest.Up("acme", mates...)),
		"training": one(statustest.Up("acme", training...)), "mixed": one(statustest.Up("acme", mixed...)),
		"several causes": looked(statustest.Looks()[progress.NoAgents], statustest.Stalled(up, 1)...),
		"silent":         one(statustest.Down("acme", down, up...)), "refused": one(statustest.Down("acme", statustest.Refused(), calm...)),
		"never": one(never), "degraded": one(statustest.Degraded("acme", down, up...)), "limited": one(limited),
		"waiting": one(statustest.Waiting("acme")), "unscraped yet": one(statustest.OnScrape(statustest.Waiting("acme"))),
		"restarted": one(restarted), "old": one(old), "missed scrape": one(late), "scraped": one(statustest.OnScrape(statustest.Up("acme", up...))),
		"recovered": one(recovered), "rejected": one(rejected), "systems": statustest.Fleet(40), "no systems": nil,
		"calm systems": {statustest.Up("a", calm...), statustest.Up("b", calm...)},
		"calm but one": {statustest.Up("a", calm...), statustest.Down("b", down, calm...)},
		"poll too old": {{System: never.System, Snapshot: &collector.Snapshot{Err: os.ErrDeadlineExceeded, LastSuccess: statustest.Now().Add(-time.Hour)}}},
	}
}

// TestPages: what a visitor reads in each scene.
func TestPages(t *testing.T) {
	all := scenes()
	for name, want := range map[string][]string{
		"stalled": {
			"1 campaign is stalled: Overdue invoices", "The last record was completed at 11:38, 2 h 24 min ago in business hours. 3,853 records of 6,204 are left.",
			"What to do: check in Thulium that agents are logged in", `<a class="button" href="https://acme.thulium.com">Open Thulium</a> <a class="button" href="#runbook">Runbook</a>`,
			"1 campaign will miss its deadline: Consent renewal, all customers, by 6 days",
			"1 stalled 1 late 3 in progress 1 waiting to start 1 with no records 1 finished all 8", "8 campaigns · 11.9% done. 242,284 records of 275,124 are left.",
			"Overdue invoices 00004 Stalled 37.9% 3,853 of 6,204 0/h yesterday 100 needed 21 since 11:38 2 h 24 min 36 h of work once it resumes 31 March",
			"Consent renewal, all customers 00002 Late 8% 229,928 of 250,112 2,", "Thu 19 March ", "March Fri 18:00 6 days late",
			"Winter tyres 00008 Waiting to start 0% 1,518 active for 17 h 59 min, no record completed yet", "Latest response 14:02, 12 s ago", "Next request in 48 s; every 1 min while requests succeed",
			"Latest error None since the start", "Version 1.2.3", "Started 13:03 ", "--poll.interval=1m0s", "Data of 14:02 , 12 s ago · Tue 10 March 2026 · Open until 20:00", "Times: Europe/Warsaw.",
		},
		"calm":              {"<section class=\"verdict good\"", "No campaign is stalled "},
		"none":              {"<section class=\"verdict \"", "No active campaigns"},
		"finished":          {"<section class=\"verdict \"", "All campaigns are finished"},
		"no progress":       {"<section class=\"verdict \"", "No campaign is in progress"},
		"several":           {"6 campaigns are stalled: Overdue invoices 1 and 5 more", "The first of them completed its last record at 11:38, 2 h 24 min ago in business hours. 23,"},
		"all stalled":       {"All campaigns are stalled (8)", "Nobody has completed a record since 11:38. 30,82", "make a call by hand"},
		"late":              {"1 campaign will miss its deadline: Consent renewal, all customers, by 6 days", "229,928 records of 250,112 are left. Its pace is 2,679/h, and 5,755/h would be needed. What to do: assign more agents"},
		"waits":             {"No campaign is stalled ", "Overdue invoices 00004 In progress", "2 h 24 min waiting for Satisfaction survey"},
		"slow":              {"Rare calls 00009 In progress", "told after "},
		"silent one of two": {"Nobody completes records in 1 system: b", "8 campaigns are stalled: Overdue invoices 8 (b) and 7 more", "make a call by hand", "2 systems are up"},
		"past deadline":     {"1 campaign is past its deadline: Call-backs from the website, by 1 day", "yesterday 12:00 1 day late"},
		"silent whole":      {"<section class=\"verdict bad\"", "Nobody has completed a record since 12:23", "No progress for 1 h 39 min (business hours).", "1 campaign is stalled: Overdue invoices", "make a call by hand"},
		"nobody logged in":  {"business hours. 0 of 12 agents are logged in. 3,853 records of 6,204 are left. What to do: assign agents, or find out", "since 11:38 2 h 24 min 0 of 12 agents are logged in ", "A campaign is stalled assign agents, or find out where they are. Check that it has"},
		"nobody assigned":   {"No agents are assigned. 3,853", "A campaign is stalled assign agents"},
		"one agent":         {"0 of 1 agent is logged in. 3,853"},
		"all paused":        {"All logged-in agents are paused. 3,853", "What to do: find out whether there is a training"},
		"elsewhere":         {"1 campaign is stalled: Overdue invoices", "Its agents work on another campaign. 3,853", "What to do: check the order"},
		"mates":             {"No campaign is stalled ", "2 h 24 min Its agents work on campaign “Satisfaction survey”"},
		"nobody calls":      {"Agents are logged in, but nobody is calling. 3,853", "What to do: check the dialler"},
		"no look":           {"in business hours. 3,853", "What to do: check in Thulium that agents", "since 11:38 2 h 24 min Cause unknown", "its log names it."},
		"several causes":    {"2 campaigns are stalled", "The first of them", "0 of 12 agents are logged in. ", "assign agents, or find out where they are. In Thulium, check that agents are logged in to the campaign and are calling."},
		"training":          {"All campaigns are stalled (8)", "What to do: find out whether there is a training", "2 h 24 min All logged-in agents are paused"},
		"mixed":             {"All campaigns are stalled (8)", "What to do: check that agents are logged in, and make a call by hand.", "2 h 27 min 0 of 12 agents are logged in"},
		"nameless":          {"00009 Waiting to start 0% 3 "},
		"silent": {
			"<section class=\"verdict bad\"", "Thulium has not responded since 13:33", "Thulium cannot be reached; showing 13:33.", "Data of 13:33 , 30 min ago",
			"No campaign was stalled then.", "1 campaign was late then: Consent renewal, all customers, by 6 days", `<table class="campaigns old">`, "Overdue invoices 00004 In progress", "connection refused", "What to do: Check the host name",
		},
		"refused":       {"No data from Thulium since 13:33", "Thulium rejects the credentials; showing 13:33.", "Request ID for Thulium's support: 53678450401cf"},
		"never":         {"Thulium rejects the credentials", "No campaigns are known.", "Latest response None yet", "What to do: Check the username", "No data yet"},
		"degraded":      {"1 campaign is stalled", "The latest request failed. Showing the response of 14:01, kept for at most 3 min."},
		"limited":       {"Thulium limits the request rate", "Not before 14:13 (Retry-After sent by Thulium)"},
		"waiting":       {"<section class=\"verdict \"", "Waiting for the first response", "The first request is due in 34 s."},
		"unscraped yet": {"Waiting for the first scrape", "never for this page"},
		"restarted":     {"No response yet; the latest data is of 14:02", "1 campaign was stalled then: Overdue invoices"},
		"old":           {"No scrape since 14:02", "Check that Prometheus runs"},
		"missed scrape": {"1 campaign is stalled"},
		"scraped":       {"1 campaign is stalled", "Next request With the next scrape"},
		"recovered":     {"Latest error 13:03, 1 h ago (recovered): HTTP status 401"},
		"rejected":      {"Rejected entries 2; the first: invalid argument"},
		"systems": {
			"No data from 2 systems: centre-0008 and 1 more", "campaigns are stalled: Overdue invoices 1 (centre-0001) and ",
			"1 system waits for the first response: centre-0028", "37 systems are up", "centre-0008 Thulium cannot be reached",
		},
		"no systems":   {"No system is configured"},
		"calm systems": {"No campaign is stalled ", "2 systems are up", "a Working 3 0 "},
		"calm but one": {"No data from 1 system: b", "In the other systems no campaign is stalled"},
		"poll too old": {"No recent response"},
	} {
		t.Run(name, func(t *testing.T) {
			page := get(t, newHandler(t, all[name]), "/", "").Body.String()
			page = strings.ReplaceAll(strings.ReplaceAll(page, "\u00a0", " "), "&#39;", "'")
			got := strings.ReplaceAll(text(page), "&lt;", "<")
			for _, want := range want {
				if !strings.Contains(page, want) && !strings.Contains(got, want) {
					t.Errorf("no %q in %s", want, got)
				}
			}
		})
	}
}

// TestOverview: the page of several systems is green, and says that no campaign
// is stalled, only as far as campaigns are known.
func TestOverview(t *testing.T) {
	none := []statustest.Campaign{statustest.Centre()[0]}
	up, waiting := statustest.Up("up", none...), statustest.Waiting("waiting")
	down := statustest.Down("down", statustest.Unreachable(), none...)
	degraded := statustest.Degraded("degraded", statustest.Unreachable(), none...)
	const all, others = "No campaign is stalled", "In the other systems no campaign is stalled"
	for name, tt := range map[string]struct {
		systems []statustest.System
		class   string
		good    string // the one good sentence; empty if there is none
	}{
		"all up":               {[]statustest.System{up, up}, "good", all},
		"one degraded":         {[]statustest.System{up, degraded}, "good", all},
		"one down":             {[]statustest.System{up, down}, "bad", others},
		"one waiting":          {[]statustest.System{up, waiting}, "", others},
		"degraded and waiting": {[]statustest.System{degraded, waiting}, "", others},
		"all down":             {[]statustest.System{down, down}, "bad", ""},
		"all waiting":          {[]statustest.System{waiting, waiting}, "", ""},
		"down and waiting":     {[]statustest.System{down, waiting}, "bad", ""},
		"stalled and waiting":  {[]statustest.System{statustest.Up("up", statustest.Centre()...), waiting}, "bad", ""},
	} {
		page := get(t, newHandler(t, tt.systems), "/", "").Body.String()
		verdict := regexp.MustCompile(`(?s)<section class="verdict ([a-z]*)".*</section>`).FindStringSubmatch(page)
		good := regexp.MustCompile(`[^>]*no campaign is stalled[^<]*|No campaign is stalled[^<]*`).FindString(verdict[0])
		if verdict[1] != tt.class || good != tt.good {
			t.Errorf("%s: the class is %q and the good news %q in %s", name, verdict[1], good, text(verdict[0]))
		}
	}
}

// TestOrder: the most urgent come first.
func TestOrder(t *testing.T) {
	page := get(t, newHandler(t, centre()), "/", "").Body.String()
	var ids []string
	for _, m := range regexp.MustCompile(`<small>(0\d+)</small>`).FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	if got, want := strings.Join(ids, " "), "00004 00002 00006 00003 00001 00008 00007 00005"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	page = get(t, newHandler(t, statustest.Fleet(40)), "/", "").Body.String()
	var names []string
	for _, m := range regexp.MustCompile(`<th scope="row"><a href="[^"]*">([^<]*)</a>`).FindAllStringSubmatch(page, 4) {
		names = append(names, m[1])
	}
	if got, want := strings.Join(names, " "), "centre-0008 centre-0038 centre-0037 centre-0029"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestHeaders: nothing may run, and nothing comes from elsewhere.
func TestHeaders(t *testing.T) {
	handler := newHandler(t, centre())
	for _, target := range []string{"/?lang=en", "/?lang=pl", "/?format=json", "/?system=nobody"} {
		w := get(t, handler, target, "")
		policy := w.Header().Get("Content-Security-Policy")
		parts := []string{"default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
		if style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(w.Body.String()); style != nil {
			hash := sha256.Sum256([]byte(style[1]))
			parts = append(parts, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'")
		}
		for _, part := range parts {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: no %s in %s", target, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Vary") != "Accept-Language" {
			t.Errorf("%s: %v", target, w.Header())
		}
	}
	if got := get(t, handler, "/?refresh=30", "").Header().Get("Refresh"); got != "30" {
		t.Errorf("it reloads after %q seconds", got)
	}
}

// TestLinks: they stay below any path, unless the exporter knows where it is.
func TestLinks(t *testing.T) {
	elsewhere := func(o *status.Options) {
		o.ExternalURL = &url.URL{Scheme: "https", Host: "example.com", Path: "/thulium"}
	}
	for base, handler := range map[string]http.Handler{
		"./":                           newHandler(t, centre()),
		"https://example.com/thulium/": newHandler(t, centre(), elsewhere),
	} {
		page := get(t, handler, "/", "").Body.String()
		for _, path := range []string{"stats", "probe?target=acme", "sd", "-/healthy", "-/ready", "?format=json", "?lang=pl", "?refresh=30"} {
			if !strings.Contains(page, `href="`+base+path+`"`) {
				t.Errorf("no link to %s%s", base, path)
			}
		}
	}
	page := get(t, newHandler(t, statustest.Fleet(3)), "/?lang=pl&refresh=60", "").Body.String()
	if want := `href="./?lang=pl&amp;refresh=60&amp;system=centre-0001"`; !strings.Contains(page, want) {
		t.Errorf("no %s in %s", want, page)
	}
}

// TestNothingFromElsewhere: the page needs no other, and no script.
func TestNothingFromElsewhere(t *testing.T) {
	for name, systems := range scenes() {
		page := get(t, newHandler(t, systems), "/", "").Body.String()
		for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !strings.HasPrefix(m[1], "./") && !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "data:image/svg") && !regexp.MustCompile(`^https://[a-z0-9]*\.thulium\.com$`).MatchString(m[1]) {
				t.Errorf("%s: a link to %s", name, m[1])
			}
		}
		for _, bad := range []string{"<script", "@import", "url(", " style=", "onclick", "ZgotmplZ", "%!"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: there is %s", name, bad)
			}
		}
	}
}

// TestDemo: a demo says that it is one.
func TestDemo(t *testing.T) {
	page := get(t, newHandler(t, centre(), func(o *status.Options) { o.Demo = 60 }), "/", "").Body.String()
	if !strings.Contains(page, "Demo: a simulated Thulium. Its business time runs 60 times as fast.") {
		t.Error("it does not")
	}
}

// TestZones: a page has one time zone, that of its systems if they share it.
func TestZones(t *testing.T) {
	far := statustest.Abroad("far", "America/New_York")
	for want, systems := range map[string][]statustest.System{
		"Oldest data of 14:02 , 12 s ago · Tue 10 March 2026 |":                                statustest.Fleet(2),
		"Data of 09:02 , 12 s ago · Tue 10 March 2026 · Open until 20:00 · America/New_York |": {far},
		"Oldest data of 13:02 , 12 s ago · Tue 10 March 2026 · UTC |":                          {statustest.Up("acme"), far},
	} {
		page := strings.Replace(get(t, newHandler(t, systems), "/", "").Body.String(), "<ul>", "|", 1)
		if got := text(page); !strings.Contains(got, want) {
			t.Errorf("not %s: %s", want, got)
		}
	}
}

// TestOnlySystem: messages may link to it by the name that Prometheus knows.
func TestOnlySystem(t *testing.T) {
	if w := get(t, newHandler(t, statustest.Fleet(1)), "/?system=nobody", "en"); w.Code != http.StatusOK {
		t.Errorf("got %d", w.Code)
	}
}

// TestNoSuchSystem: a wrong link leads to all systems.
func TestNoSuchSystem(t *testing.T) {
	w := get(t, newHandler(t, statustest.Fleet(2)), "/?system=nobody", "pl")
	if got := text(w.Body.String()); w.Code != http.StatusNotFound || !strings.Contains(got, "Nie skonfigurowano systemu „nobody”") || !strings.Contains(got, "Wszystkie systemy") {
		t.Errorf("%d: %s", w.Code, got)
	}
}

// TestHead: a server sends the headers of the page and nothing else.
func TestHead(t *testing.T) {
	server := httptest.NewServer(newHandler(t, centre()))
	defer server.Close()
	res, err := server.Client().Head(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("got %v", res)
	}
}

// TestHostile: names, IDs and errors from outside are just text.
func TestHostile(t *testing.T) {
	s := statustest.Up("acme",
		statustest.Campaign{ID: "00001", Name: `<script>alert(1)</script>`},
		statustest.Campaign{ID: "00002", Name: `" onmouseover="alert(1)`},
		statustest.Campaign{ID: "00003", Name: "abc\u202egnp.exe\u2066"},
		statustest.Campaign{ID: "00004", Name: strings.Repeat("long", 2500)},
		statustest.Campaign{ID: "<script>\x00\x1b[31m", Name: "</main></body>\n\r"},
		statustest.Campaign{ID: strings.Repeat("9", 128), Name: "{{.}}"},
	)
	s.Snapshot.LastFailure = &collector.Failure{Err: &thulium.Error{
		Result: thulium.ServerError, RequestID: "<script>", Err: os.ErrInvalid,
		Problems: []thulium.Problem{{Code: "<script>", Message: "<script>"}},
	}}
	for _, target := range []string{"/", "/?system=%3Cscript%3E", "/?lang=%3Cscript%3E"} {
		page := get(t, newHandler(t, []statustest.System{s}), target, "<script>").Body.String()
		for _, bad := range []string{"<script", `" onmouseover="`, "\u202e", "\u2066", "\x00", "\x1b", strings.Repeat("long", 25), strings.Repeat("9", 81)} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: there is %q", target, bad)
			}
		}
		if strings.Count(page, "</main>") != 1 {
			t.Errorf("%s: the page is broken", target)
		}
	}
}

// TestSizes: large pages stay small, uncompressed.
func TestSizes(t *testing.T) {
	many, fleet := statustest.Many(2100), statustest.Fleet(2100)
	for name, tt := range map[string]struct {
		systems     []statustest.System
		rows, limit int
	}{
		"1,000 campaigns": {[]statustest.System{statustest.Up("acme", many[:1000]...)}, 1000, 800_000},
		"2,100 campaigns": {[]statustest.System{statustest.Up("acme", many...)}, 2000, 1_600_000},
		"1,000 systems":   {fleet[:1000], 1100, 400_000},
		"2,100 systems":   {fleet, 2100, 600_000},
	} {
		page := get(t, newHandler(t, tt.systems), "/", "").Body.String()
		if rows := strings.Count(page, `<th scope="row">`); rows != tt.rows || len(page) > tt.limit {
			t.Errorf("%s: %d rows in %d bytes, want %d rows in at most %d bytes", name, rows, len(page), tt.rows, tt.limit)
		}
		if more := strings.Contains(text(page), "The most urgent"); more != !strings.HasPrefix(name, "1,000 c") {
			t.Errorf("%s: what is said of the rest: %v", name, more)
		}
		t.Logf("%s: %d bytes", name, len(page))
	}
}

// TestFilter: a link for each state lists its campaigns alone, and keeps the rest of
// the page as it is.
func TestFilter(t *testing.T) {
	handler := newHandler(t, centre())
	for state, want := range map[string]string{
		"": "00004 00002 00006 00003 00001 00008 00007 00005", "stalled": "00004", "late": "00002", "active": "00006 00003 00001",
		"waiting": "00008", "empty": "00007", "finished": "00005", "tail": "", "nonsense": "00004 00002 00006 00003 00001 00008 00007 00005",
	} {
		page := get(t, handler, "/?lang=en&view=wall&state="+state, "").Body.String()
		var ids []string
		for _, m := range regexp.MustCompile(`<small>(0\d+)</small></th>`).FindAllStringSubmatch(page, -1) {
			ids = append(ids, m[1])
		}
		if got := strings.Join(ids, " "); got != want || !strings.Contains(page, "1 campaign is stalled: Overdue invoices") {
			t.Errorf("%q lists %s, want %s", state, got, want)
		}
		if state == "late" && !strings.Contains(page, `<a class="late" href="./?lang=en&amp;state=late&amp;view=wall" aria-current="page">1 late</a>`) {
			t.Errorf("the link is not marked: %s", page)
		}
	}
}

// TestStalledPromiseNothing: a stalled campaign has no pace and no finish, and all
// states have one order.
func TestStalledPromiseNothing(t *testing.T) {
	o := getJSON(t, centre(), "/?format=json")
	if finish, ok := o.list("campaigns")[0]["expected_finish"]; ok {
		t.Errorf("it finishes at %v", finish)
	}
}
