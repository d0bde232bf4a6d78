package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/config"
)

// write puts files into a fresh folder and returns the path of the first.
func write(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, files[0])
}

// TestExample keeps the documented example right.
func TestExample(t *testing.T) {
	example, err := os.ReadFile("../../deploy/thulium_exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "x.yml", string(example), "acme.password", "secret-1\n", "globex.password", "secret-2")
	systems, err := config.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(systems) != 2 {
		t.Fatalf("got %d systems, want 2", len(systems))
	}
	acme, globex := systems[0], systems[1]
	if acme.Name != "acme" || acme.URL.String() != "https://acme.thulium.com" ||
		acme.PollInterval != time.Minute || acme.PollMaxAge != 3*time.Minute || acme.Timeout != 30*time.Second ||
		acme.HTTP.BasicAuth.Username != "prometheus" || acme.CampaignNames["00017"] != "Satisfaction survey" {
		t.Errorf("got %+v", acme)
	}
	if acme.HTTP.BasicAuth.PasswordFile != filepath.Join(filepath.Dir(path), "acme.password") {
		t.Errorf("password file %q is not relative to the configuration", acme.HTTP.BasicAuth.PasswordFile)
	}
	if globex.URL.String() != "https://globex.thulium.com" || globex.PollInterval != 0 || globex.PollMaxAge != 0 ||
		globex.HTTP.BasicAuth.Username != "exporter" || globex.HTTP.ProxyURL.String() == "" ||
		!reflect.DeepEqual(globex.CampaignIDs, []string{"00003", "00004"}) {
		t.Errorf("got %+v", globex)
	}
}

// TestMistakes: the error names the line and what to write instead.
func TestMistakes(t *testing.T) {
	const good = "systems:\n  acme:\n    url: https://acme.thulium.com\n    basic_auth: {username: u, password: hunter2}\n"
	for name, tt := range map[string]struct{ text, want string }{
		"empty":                 {"", "no systems; write at least one below the key systems"},
		"no systems":            {"defaults: {timeout: 1s}\n", "no systems; write at least one below the key systems"},
		"not YAML":              {"systems: [\n", "line 1: did not find expected node content"},
		"not a mapping":         {"- acme\n", "line 1: a value of another type is needed here, not !!seq"},
		"second document":       {good + "---\nsystems: {}\n", "there is a second document"},
		"unknown key":           {good + "    pol_interval: 1m\n", `line 5: unknown key "pol_interval"; check the spelling and the indentation`},
		"unknown nested key":    {good + "    tls_config: {cafile: x}\n", `line 5: unknown key "cafile"`},
		"duplicate system":      {good + "  acme: {}\n", `mapping key "acme" already defined at line 2`},
		"duplicate key":         {good + "    url: x\n", `mapping key "url" already defined at line 3`},
		"octal id":              {good + "    campaign_ids: [00017]\n", `line 5: a campaign id must be a text; write it in quotes: "00017"`},
		"octal id of a name":    {good + "    campaigns: {00017: {name: x}}\n", `line 5: a campaign id must be a text; write it in quotes: "00017"`},
		"id twice":              {good + "    campaign_ids: [\"00017\", \"00017\"]\n", `line 5: system "acme": campaign_ids: "00017" is empty or there twice`},
		"campaign without name": {good + "    campaigns: {\"00017\": {}}\n", `line 5: system "acme": campaigns: 00017: nothing is set; write at least one of name, stalled_after`},
		"no url":                {"systems:\n  acme:\n    basic_auth: {username: u, password: p}\n", `line 2: system "acme": url: missing`},
		"bad url":               {strings.Replace(good, "https://", "ftp://", 1), `line 3: system "acme": url: the URL needs a scheme and a host`},
		"plain http":            {strings.Replace(good, "https://", "http://", 1), `line 3: system "acme": url: http would send the password unencrypted`},
		"password in url":       {strings.Replace(good, "https://", "https://u:hunter2@", 1), `line 3: system "acme": url: credentials do not belong into the URL`},
		"no credentials":        {"systems:\n  acme:\n    url: https://acme.thulium.com\n", `line 2: system "acme": basic_auth: no username`},
		"no password":           {strings.Replace(good, ", password: hunter2", "", 1), `line 4: system "acme": basic_auth: no password`},
		"scalar credentials":    {strings.Replace(good, "{username: u, password: hunter2}", "hunter2", 1), `line 4: a value of another type is needed here, not !!str`},
		"two passwords":         {strings.Replace(good, "password: hunter2", "password: hunter2, password_file: x", 1), `at most one of`},
		"password file":         {strings.Replace(good, "password: hunter2", "password_file: nowhere", 1), `line 4: system "acme": basic_auth: cannot read the password file`},
		"redirects":             {good + "    follow_redirects: true\n", `line 5: system "acme": follow_redirects: redirects are never followed`},
		"timeout":               {good + "    timeout: 1h\n", `line 5: system "acme": timeout: must be positive and at most 5m`},
		"not a duration":        {good + "    timeout: soon\n", `not a valid duration string`},
		"interval":              {good + "    poll_interval: 1ms\n", `line 5: system "acme": poll_interval: must be at least 1s`},
		"age without interval":  {good + "    poll_max_age: 1m\n", `line 5: system "acme": poll_max_age: has no effect without a poll interval`},
		"age below interval":    {good + "    poll_interval: 1m\n    poll_max_age: 1s\n", `line 6: system "acme": poll_max_age: must be at least the poll interval (1m0s)`},
		"business hours":        {good + "    business_hours: {time_zone: Warsaw}\n", `line 5: system "acme": business_hours: time_zone "Warsaw" is not known`},
		"error in defaults":     {"defaults:\n  timeout: 1h\n" + good, `line 2: system "acme": timeout: must be`},
		"url in defaults":       {"defaults:\n  url: https://acme.thulium.com\n" + good, "line 2: url belongs to a single system"},
		"bad name":              {strings.Replace(good, "acme:", "\"http://acme\":", 1), `line 2: system "http://acme": name: "http://acme" is not a name`},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "x.yml", tt.text)
			_, err := config.LoadFile(path)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error holds the password: %v", err)
			}
			if strings.Contains(err.Error(), "config.") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is not for people: %q", err)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	if _, err := config.LoadFile("nowhere.yml"); err == nil || !strings.Contains(err.Error(), "cannot read the configuration file") {
		t.Errorf("got %v", err)
	}
}

// TestDefaultsAreNotShared: what one system adds to the defaults, the next
// does not see.
func TestDefaultsAreNotShared(t *testing.T) {
	systems, err := config.LoadFile(write(t, "x.yml", `
defaults: {basic_auth: {username: shared, password: one}, tls_config: {server_name: shared}}
systems:
  a: {url: "https://a.example.com", basic_auth: {username: own, password: two}, tls_config: {server_name: own}}
  b: {url: "https://b.example.com"}
`))
	if err != nil {
		t.Fatal(err)
	}
	a, b := systems[0].HTTP, systems[1].HTTP
	if a.BasicAuth.Username != "own" || a.TLSConfig.ServerName != "own" ||
		b.BasicAuth.Username != "shared" || b.BasicAuth.Password != "one" || b.TLSConfig.ServerName != "shared" {
		t.Errorf("got %+v and %+v", a.BasicAuth, b.BasicAuth)
	}
	if b.EnableHTTP2 || b.FollowRedirects {
		t.Errorf("HTTP/2 %v, redirects %v; want neither", b.EnableHTTP2, b.FollowRedirects)
	}
}

// FuzzLoadFile: whatever a file holds, there is a result or an error of one line.
func FuzzLoadFile(f *testing.F) {
	f.Add("systems: {acme: {url: 'https://acme.thulium.com', basic_auth: {username: u, password: p}}}")
	f.Add("defaults: &d {timeout: 1s}\nsystems: {a: *d}")
	f.Add("systems: {a: null}")
	path := filepath.Join(f.TempDir(), "x.yml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		systems, err := config.LoadFile(path)
		if (err == nil) != (len(systems) > 0) {
			t.Errorf("%d systems and error %v", len(systems), err)
		}
	})
}
