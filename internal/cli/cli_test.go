package cli_test

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mistake matches an error on the terminal and in the log.
var mistake = regexp.MustCompile(`^(thulium_exporter: error: |ts=\S+ level=error msg=Exiting err=)`)

// TestMistakes: a start that cannot work says so in one sentence, and what to write
// instead.
func TestMistakes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, good := newThulium(t)
	with := func(args ...string) []string { return slices.Concat(good, args) }
	command := func(name string, args ...string) []string { return slices.Concat([]string{name}, good, args) }
	header := write(t, "header.yml", "systems: {a: {url: 'https://a.example.com', basic_auth: {username: u, password: p}, http_headers: {X-Y: {values: [\"a\\nb\"]}}}}")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"nothing":               {nil, "--thulium.url is missing"},
		"no user":               {good[:1], "--thulium.username, --thulium.password-file: no username"},
		"no password":           {good[:2], "no password: write it to a file and set --thulium.password-file to its path, or set the environment variable THULIUM_PASSWORD"},
		"no password file":      {append(good[:2:2], "--thulium.password-file=nowhere"), "--thulium.password-file: cannot read the file: no such file"},
		"no such path":          {append(good[:2:2], "--thulium.password-file=/etc/nowhere/password"), "--thulium.password-file: /etc/nowhere/password: cannot read the file: no such file or directory in /etc"},
		"empty password file":   {append(good[:2:2], "--thulium.password-file="+write(t, "empty", "\n")), "is empty"},
		"password file, lines":  {append(good[:2:2], "--thulium.password-file="+write(t, "two", "a\nb\n")), "has several lines; write only the secret to it"},
		"password as a flag":    {with("--thulium.password=" + password), "unknown long flag '--thulium.password': others can read command lines; write the password to a file and set --thulium.password-file, or set the environment variable THULIUM_PASSWORD"},
		"password in the URL":   {append(good[1:], "--thulium.url=https://u:"+password+"@acme.thulium.com"), "--thulium.url: credentials in the URL are not supported; set --thulium.username and --thulium.password-file, or the environment variable THULIUM_PASSWORD"},
		"plain http":            {append(good[1:], "--thulium.url=http://acme.thulium.com"), "use https, or allow http with --thulium.allow-http"},
		"plain http, query":     {append(good[1:], "--thulium.url=http://acme.thulium.com?x"), `write it like https://acme.thulium.com"`},
		"unknown command":       {[]string{"sevre"}, "unexpected sevre; see thulium_exporter --help"},
		"version":               {[]string{"version"}, "unexpected version; write --version"},
		"command behind":        {with("check"), "unexpected check; write the command first, before its flags"},
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
		"file and proxy":        {[]string{"--config.file=x.yml", "--thulium.proxy-from-environment"}, "--config.file excludes"},
		"reload too often":      {[]string{"--config.file=x.yml", "--config.auto-reload-interval=1ms"}, "--config.auto-reload-interval: must be at least 1s"},
		"reload of nothing":     {with("--config.auto-reload-interval=30s"), "--config.auto-reload-interval: has no effect without --config.file"},
		"check of that":         {with("--config.auto-reload-interval=30s", "--config.check"), "--config.auto-reload-interval: has no effect without --config.file"},
		"check of a header":     {[]string{"--config.check", "--config.file=" + header}, "http_headers: a value contains a line break"},
		"check of a typo":       {[]string{"--config.check", "--config.file=" + write(t, "x.yml", "system: {}")}, "x.yml: line 1: unknown key system"},
		"check of a path":       {with("--config.check", "--web.telemetry-path=/probe"), `--web.telemetry-path: "/probe" is used for something else`},
		"id twice":              {with("--thulium.campaign-id=1", "--thulium.campaign-id=1"), "--thulium.campaign-id"},
		"file and flags":        {with("--config.file=x.yml"), "--config.file excludes"},
		"no file":               {[]string{"--config.file=nowhere.yml"}, "cannot read the configuration file nowhere.yml: no such file"},
		"port taken":            {with("--web.listen-address=" + taken.Addr().String()), "address already in use; see --web.listen-address"},
		"no web config":         {with("--web.config.file=/etc/nowhere.yml"), "--web.config.file: cannot read /etc/nowhere.yml: no such file or directory in /etc"},
		"no hash":               {with("--web.config.file=" + write(t, "web.yml", "basic_auth_users: {u: "+password+"}")), "is not a bcrypt hash; make one with: htpasswd"},
		"no hash, long":         {with("--web.config.file=" + write(t, "web.yml", "basic_auth_users: {u: "+strings.Repeat(password, 5)+"}")), "--web.config.file: a password below basic_auth_users is not a bcrypt hash"},
		"demo that stands":      {[]string{"demo", "--demo.speed=0"}, "--demo.speed must be from 0.1 to 100000"},
		"check without system":  {command("check", "--system=x"), `no system "x" is configured; choose one of: default`},
		"check of what":         {[]string{"check"}, "--thulium.url is missing"},
		"check in what":         {command("check", "-o", "xml"), "--output: must be one of text,json, got 'xml'"},
		"check for Prometheus":  {command("check", "-o", "prometheus"), "--output: the format prometheus is no longer supported; get the metrics from the running exporter"},
		"check of the state":    {command("check", "--state.file=x"), "unknown long flag '--state.file': check no longer reads it; the status page of the running exporter shows"},
		"useless flag of check": {command("check", "--web.listen-address=:1"), "unknown long flag"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := run(t, tt.args...)
			lines := strings.Split(strings.TrimSpace(stderr), "\n")
			last := strings.ReplaceAll(lines[len(lines)-1], `\"`, `"`) // in the log
			if status != 1 || !mistake.MatchString(last) || !strings.Contains(last, tt.want) {
				t.Errorf("got %d %s\nwant an error with %q", status, stderr, tt.want)
			}
			if strings.Contains(stderr, password) {
				t.Errorf("the password is in %s", stderr)
			}
		})
	}
}

// TestVariableErrors: an error names what the user has set.
func TestVariableErrors(t *testing.T) {
	for variable, want := range map[string]string{
		"THULIUM_TIMEOUT":    `THULIUM_TIMEOUT: missing unit in "30"; write 30s`,
		"THULIUM_ALLOW_HTTP": `THULIUM_ALLOW_HTTP: "30" is neither true nor false`,
		"THULIUM_LOG_LEVEL":  "THULIUM_LOG_LEVEL: must be one of debug,info,warn,error, got '30'",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "30")
			expect(t, 1, []string{"--config.check"}, want)
		})
	}
}

// TestUnknownVariables: a misspelt one is named, those of Kubernetes are not.
func TestUnknownVariables(t *testing.T) {
	for variable, known := range map[string]bool{
		"THULIUM_PASSWROD": false, "THULIUM_STATE_FILE": true, "THULIUM_EXPORTER_TAG": true,
		"THULIUM_SERVICE_HOST": true, "THULIUM_PORT_10069_TCP": true, "THULIUM_WEB_SERVICE_PORT": true,
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, password)
			for _, args := range [][]string{{"calendar"}, {"--config.check"}, nil} {
				_, _, stderr := run(t, args...)
				if strings.Contains(stderr, variable) == known || strings.Contains(stderr, password) {
					t.Errorf("%q: got %s", args, stderr)
				}
			}
		})
	}
}

// TestTwoPasswords: neither of them is ignored silently.
func TestTwoPasswords(t *testing.T) {
	_, flags := newThulium(t)
	t.Setenv("THULIUM_PASSWORD", password)
	expect(t, 1, flags, "exclude each other")
	expect(t, 1, []string{"--config.file=x.yml"}, "--config.file excludes")
}

// TestListedSystems: an error does not list thousands of systems.
func TestListedSystems(t *testing.T) {
	file := "systems:\n"
	for i := range 12 {
		file += fmt.Sprintf("  centre-%04d: {url: 'https://x.example.com', basic_auth: {username: u, password: p}}\n", i)
	}
	expect(t, 1, []string{"check", "--config.file=" + write(t, "x.yml", file), "--system=acme"},
		`no system "acme" is configured; choose one of: centre-0000, `, "centre-0009 and 2 more\n")
}

func TestHelpAndVersion(t *testing.T) {
	expect(t, 0, []string{"--help"}, "Commands:")
	expect(t, 0, []string{"--version"}, "thulium_exporter, version")
}

// TestDocumentsNameEveryFlag and its variable: nothing is missing and nothing is
// made up. A variable means the same to all commands.
func TestDocumentsNameEveryFlag(t *testing.T) {
	text := read(t, "../../docs/configuration.md")
	flag := regexp.MustCompile(`(?s)\n  (?:-\w, |    )--(?:\[no-\])?([a-z.-]+).*?\(\$(THULIUM_\w+)\)`)
	flags := map[string]string{} // by variable
	var known []string
	for _, command := range []string{"serve", "demo", "check", "calendar", "health"} {
		if !strings.Contains(text, "| `thulium_exporter "+command) && command != "serve" {
			t.Errorf("docs/configuration.md lacks the command %s", command)
		}
		_, help, _ := run(t, command, "--help")
		_, help, _ = strings.Cut(help, "--[no-]version") // neither it nor --help has a variable
		for _, match := range flag.FindAllStringSubmatch(help, -1) {
			name, variable := match[1], match[2]
			known = append(known, name)
			if !strings.Contains(text, "| `--"+name+"` | `"+variable+"` |") {
				t.Errorf("docs/configuration.md lacks --%s of %s with %s", name, command, variable)
			}
			if other := flags[variable]; other != "" && other != name {
				t.Errorf("--%s and --%s share %s", name, other, variable)
			}
			flags[variable] = name
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z.-]+)`").FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, row[1]) {
			t.Errorf("docs/configuration.md invents --%s", row[1])
		}
	}
}
