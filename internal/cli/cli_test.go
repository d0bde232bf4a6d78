package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

const password = "correct-horse"

// program runs the program until it ends and returns what it wrote.
func program(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = Run(t.Context(), nil, args, &out, &errs)
	return status, out.String(), errs.String()
}

// newThulium starts a simulated system and returns the flags that lead to it.
func newThulium(t *testing.T) (*simulator.Simulator, []string) {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		server.Close()
	})
	return sim, []string{
		"--thulium.url=" + server.URL, "--thulium.username=u",
		"--thulium.password-file=" + write(t, "password", password+"\n"),
	}
}

// write puts text into a file of a new directory and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// daemonUnderTest is a running daemon.
type daemonUnderTest struct {
	url    string
	stop   context.CancelFunc
	status chan int
	log    *io.PipeReader
}

// start runs the daemon on a free port and waits until it listens.
func start(t *testing.T, args ...string) *daemonUnderTest {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	d := &daemonUnderTest{stop: stop, status: make(chan int, 1), log: read}
	go func() {
		d.status <- Run(ctx, nil, append(args, "--web.listen-address=127.0.0.1:0"), io.Discard, write)
		write.Close()
	}()
	addresses := make(chan string, 1)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		watch(read, addresses)
	}()
	t.Cleanup(func() {
		stop()
		<-drained
	})
	select {
	case address := <-addresses:
		d.url = "http://" + address
	case <-time.After(20 * time.Second):
		t.Fatal("the daemon does not listen")
	}
	return d
}

// listening matches the line that says where the daemon listens.
var listening = regexp.MustCompile(`msg="Listening on" address=(\S+)`)

// watch reads the log to its end and reports where the daemon listens.
func watch(log io.Reader, addresses chan<- string) {
	var text bytes.Buffer
	buf := make([]byte, 4096)
	for found := false; ; {
		n, err := log.Read(buf)
		text.Write(buf[:n])
		if match := listening.FindStringSubmatch(text.String()); match != nil && !found {
			found = true
			addresses <- match[1]
		}
		if err != nil {
			return
		}
	}
}

func (d *daemonUnderTest) get(t *testing.T, path string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(d.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// waitReady waits for the first poll, which goes over a real connection.
func (d *daemonUnderTest) waitReady(t *testing.T) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); !strings.HasPrefix(d.get(t, "/-/ready"), "Ready"); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("never ready")
		}
	}
}

func TestServe(t *testing.T) {
	_, flags := newThulium(t)
	for name, args := range map[string][]string{
		"the default command": flags,
		"by name":             append([]string{"serve"}, flags...),
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, args...)
			metrics := d.get(t, "/metrics")
			for _, want := range []string{
				`thulium_campaign_records_total{id="00001"} 1324`,
				"thulium_exporter_config_last_reload_successful 1",
				"thulium_exporter_build_info{", "go_goroutines", "process_", "promhttp_metric_handler",
			} {
				if !strings.Contains(metrics, want) {
					t.Errorf("no %s in %s", want, metrics)
				}
			}
			d.stop()
			if status := <-d.status; status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
		})
	}
}

func TestServePolled(t *testing.T) {
	_, flags := newThulium(t)
	d := start(t, append(flags, "--poll.interval=1h", "--web.telemetry-path=/m")...)
	d.waitReady(t)
	if metrics := d.get(t, "/m"); !strings.Contains(metrics, `{id="00002"} 23`) || !strings.Contains(metrics, "Cached") {
		t.Errorf("got %s", metrics)
	}
}

func TestEnvironment(t *testing.T) {
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	defer server.Close()
	t.Setenv("THULIUM_URL", server.URL)
	t.Setenv("THULIUM_USERNAME", "u")
	t.Setenv("THULIUM_PASSWORD", password)
	t.Setenv("THULIUM_CAMPAIGN_ID", "00001\n00002")
	t.Setenv("THULIUM_WEB_TELEMETRY_PATH", "/m")
	t.Setenv("THULIUM_POLL_INTERVAL", "1h")
	d := start(t)
	d.waitReady(t)
	if metrics := d.get(t, "/m"); !strings.Contains(metrics, `thulium_api_requests_total{result="ok"} 2`) {
		t.Errorf("got %s, want one request for each ID", metrics)
	}
}

func TestDemo(t *testing.T) {
	d := start(t, "demo")
	d.waitReady(t)
	metrics := d.get(t, "/metrics")
	if strings.Count(metrics, "thulium_campaign_completion_percent{") < 5 || !strings.Contains(metrics, "thulium_campaign_info{") {
		t.Errorf("got %s, want at least five campaigns", metrics)
	}
}

func TestReload(t *testing.T) {
	_, flags := newThulium(t)
	url := strings.TrimPrefix(flags[0], "--thulium.url=")
	system := func(name string) string {
		return fmt.Sprintf("  %s: {url: %q, basic_auth: {username: u, password: %s}}\n", name, url, password)
	}
	path := write(t, "x.yml", "systems:\n"+system("a"))
	d := start(t, "--config.file="+path)
	reload := func(text string) string {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := http.Post(d.url+"/-/reload", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer http.DefaultClient.CloseIdleConnections()
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if got := reload("systems:\n" + system("b") + system("c")); got != "Reloaded.\n" {
		t.Errorf("got %s", got)
	}
	if sd := d.get(t, "/sd"); !strings.Contains(sd, `"b"`) || strings.Contains(sd, `"a"`) {
		t.Errorf("after the reload: %s", sd)
	}
	if got := reload("systems: {b: {ulr: x}}"); !strings.Contains(got, "x.yml: line 1; the log says what is wrong") {
		t.Errorf("got %s", got)
	}
	metrics := d.get(t, "/metrics")
	if !strings.Contains(metrics, "config_last_reload_successful 0") || !strings.Contains(d.get(t, "/probe?target=c"), "thulium_up 1") {
		t.Error("a wrong file replaced a good one, or is not seen in the metrics")
	}
}

// mistake matches an error on the terminal and in the log.
var mistake = regexp.MustCompile(`^(thulium_exporter: error: |ts=\S+ level=error msg=Exiting err=)`)

// TestMistakes: a start that cannot work says so in one sentence.
func TestMistakes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, good := newThulium(t)
	with := func(args ...string) []string { return append(append([]string{}, good...), args...) }
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"nothing":               {nil, "--thulium.url is missing"},
		"no user":               {good[:1], "--thulium.username, --thulium.password-file: no username"},
		"no password":           {good[:2], "no password: write it to a file and set --thulium.password-file to its path, or set the environment variable THULIUM_PASSWORD"},
		"no password file":      {append(good[:2:2], "--thulium.password-file=nowhere"), "--thulium.password-file: cannot read the file: no such file"},
		"empty password file":   {append(good[:2:2], "--thulium.password-file="+write(t, "empty", "\n")), "is empty"},
		"password in the URL":   {append(good[1:], "--thulium.url=https://u:"+password+"@acme.thulium.com"), "--thulium.url: credentials in the URL are not supported"},
		"plain http":            {append(good[1:], "--thulium.url=http://acme.thulium.com"), "use https, or allow http with --thulium.allow-http"},
		"plain http, password":  {append(good[1:], "--thulium.url=http://u:"+password+"@acme.thulium.com"), `configure the username and the password file"`},
		"plain http, query":     {append(good[1:], "--thulium.url=http://acme.thulium.com?x"), `write it like https://acme.thulium.com"`},
		"unknown flag":          {with("--tulium.url=x"), "unknown long flag '--tulium.url'"},
		"unknown command":       {[]string{"sevre"}, "unexpected sevre; see thulium_exporter --help"},
		"not a duration":        {with("--poll.interval=often"), `--poll.interval: "often" is not a duration; write it like 30s or 5m`},
		"no unit":               {with("--thulium.timeout=30"), `--thulium.timeout: missing unit in "30"; write 30s`},
		"no level":              {with("--log.level=trace"), "--log.level: must be one of debug,info,warn,error, got 'trace'"},
		"no number":             {[]string{"demo", "--demo.speed=fast"}, `--demo.speed: "fast" is not a number; write it like 60`},
		"typo":                  {with("--thulium.ulr=x"), "unknown long flag '--thulium.ulr'; see thulium_exporter serve --help"},
		"flag of another":       {with("--demo.speed=2"), "unknown long flag '--demo.speed'; it is a flag of the command demo; see thulium_exporter serve --help"},
		"external path":         {with("--web.external-url=/thulium"), `--web.external-url: "/thulium" is not a full URL`},
		"external password":     {with("--web.external-url=https://u:" + password + "@example.com/"), "--web.external-url: "},
		"requests below 0":      {with("--web.max-requests=-1"), "--web.max-requests: must not be negative"},
		"age without interval":  {with("--poll.max-age=1m"), "--poll.max-age: has no effect"},
		"negative timeout":      {with("--thulium.timeout=-1s"), "--thulium.timeout: must be positive"},
		"stalled at once":       {with("--stall.after=0s"), "--stall.after: must be positive"},
		"stalled never":         {with("--stall.until=0"), "--stall.until: must be above 0"},
		"stall of a word":       {with("--stall.until=end"), `--stall.until: "end" is not a number`},
		"stall without unit":    {with("--stall.after=2"), `--stall.after: missing unit in "2"`},
		"file and stall":        {[]string{"--config.file=x.yml", "--stall.until=0"}, "--config.file excludes"},
		"reload too often":      {[]string{"--config.file=x.yml", "--config.auto-reload-interval=1ms"}, "--config.auto-reload-interval: must be at least 1s"},
		"reload of nothing":     {with("--config.auto-reload-interval=30s"), "--config.auto-reload-interval: has no effect without --config.file"},
		"check of that":         {with("--config.auto-reload-interval=30s", "--config.check"), "--config.auto-reload-interval: has no effect without --config.file"},
		"id twice":              {with("--thulium.campaign-id=1", "--thulium.campaign-id=1"), "--thulium.campaign-id"},
		"file and flags":        {with("--config.file=x.yml"), "--config.file excludes"},
		"file and interval":     {[]string{"--config.file=x.yml", "--poll.interval=1m"}, "--config.file excludes"},
		"no file":               {[]string{"--config.file=nowhere.yml"}, "cannot read the configuration file nowhere.yml: no such file"},
		"port taken":            {with("--web.listen-address=" + taken.Addr().String()), "address already in use; see --web.listen-address"},
		"no web config":         {with("--web.config.file=nowhere.yml", "--web.listen-address=127.0.0.1:0"), "nowhere.yml"},
		"path of something":     {with("--web.telemetry-path=/sd"), "--web.telemetry-path"},
		"demo that stands":      {[]string{"demo", "--demo.speed=0"}, "--demo.speed must be from 0.1 to 100000"},
		"check without system":  {append([]string{"check", "--system=x"}, good...), `no system "x" is configured; choose one of: default`},
		"check of what":         {[]string{"check"}, "--thulium.url is missing"},
		"check in what":         {append([]string{"check", "-o", "xml"}, good...), "xml"},
		"useless flag of check": {append([]string{"check", "--web.listen-address=:1"}, good...), "unknown long flag"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := program(t, tt.args...)
			lines := strings.Split(strings.TrimSpace(stderr), "\n")
			last := lines[len(lines)-1]
			last = strings.ReplaceAll(last, `\"`, `"`) // in the log
			if status == 0 || !mistake.MatchString(last) || !strings.Contains(last, tt.want) {
				t.Errorf("got %d %s\nwant an error with %q", status, stderr, tt.want)
			}
			if strings.Contains(stderr, password) {
				t.Errorf("the password is in %s", stderr)
			}
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	for arg, want := range map[string]string{"--help": "Commands:", "--version": "thulium_exporter, version"} {
		status, stdout, stderr := program(t, arg)
		if status != 0 || !strings.Contains(stdout, want) || stderr != "" {
			t.Errorf("%s: got %d, %q and %q", arg, status, stdout, stderr)
		}
	}
	_, stdout, _ := program(t, "serve", "--help")
	for _, flag := range []string{"THULIUM_URL", "THULIUM_PASSWORD_FILE", "THULIUM_POLL_INTERVAL", "THULIUM_WEB_LISTEN_ADDRESS", "THULIUM_LOG_LEVEL"} {
		if !strings.Contains(stdout, "($"+flag+")") {
			t.Errorf("no %s in %s", flag, stdout)
		}
	}
}

func TestConfigCheck(t *testing.T) {
	_, flags := newThulium(t)
	if status, stdout, _ := program(t, append(flags, "--config.check")...); status != 0 || !strings.Contains(stdout, "The configuration is valid: 1 system.") {
		t.Errorf("got %d %s", status, stdout)
	}
	if status, _, stderr := program(t, "--config.check", "--config.file="+write(t, "x.yml", "system: {}")); status != 1 || !strings.Contains(stderr, "x.yml: line 1: unknown key") {
		t.Errorf("got %d %s", status, stderr)
	}
}

func TestCheck(t *testing.T) {
	_, flags := newThulium(t)
	status, stdout, stderr := program(t, append([]string{"check"}, flags...)...)
	golden, err := os.ReadFile("testdata/check.txt")
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimPrefix(flags[0], "--thulium.url=")
	if want := strings.ReplaceAll(string(golden), "URL", url); status != 0 || stdout != want || stderr != "" {
		t.Errorf("got %d\n%s%s\nwant\n%s", status, stdout, stderr, want)
	}
}

func TestCheckJSON(t *testing.T) {
	sim, flags := newThulium(t)
	file := write(t, "x.yml", fmt.Sprintf(`
defaults: {basic_auth: {username: u, password: %s}}
systems:
  good: {url: %q, campaigns: {"00001": {name: Spring renewals}}}
  bad: {url: %[2]q, basic_auth: {password: wrong}}
`, password, strings.TrimPrefix(flags[0], "--thulium.url=")))
	sim.SetFault(simulator.NumericStrings)
	status, stdout, stderr := program(t, "check", "--config.file="+file, "-o", "json")
	var got []checked
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if status != 1 || !strings.Contains(stderr, "1 of 2 systems failed") {
		t.Errorf("got %d %s, want one failure", status, stderr)
	}
	good, bad := got[0], got[1]
	if !good.OK || good.Campaigns[0] != (checkedCampaign{ID: "00001", Name: "Spring renewals", Records: 1324, Percent: 14.87, State: "active"}) {
		t.Errorf("got %+v", good)
	}
	if bad.OK || bad.Result != "unauthorized" || bad.RequestID == "" || bad.Hint == "" {
		t.Errorf("got %+v", bad)
	}
	if status, _, _ := program(t, "check", "--config.file="+file, "--system=good"); status != 0 {
		t.Errorf("got %d for the good system alone", status)
	}
	if strings.Contains(stdout+stderr, password) {
		t.Error("the password is in the output")
	}
}
