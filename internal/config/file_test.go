package config_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
)

// write puts files into a new directory and returns the path of the first.
func write(t *testing.T, texts ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(texts); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, texts[i]), []byte(texts[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, texts[0])
}

// TestExample loads the documented example.
func TestExample(t *testing.T) {
	example, err := os.ReadFile("../../deploy/thulium_exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "x.yml", string(example), "acme.password", "secret-1\n", "globex.password", "secret-2")
	systems, _, err := config.LoadFile(t.Context(), files.NewReader(), path)
	if err != nil {
		t.Fatal(err)
	}
	if len(systems) != 2 {
		t.Fatalf("got %d systems, want 2", len(systems))
	}
	acme, globex := &systems[0], &systems[1]
	if acme.Name != "acme" || acme.URL.String() != "https://acme.thulium.com" ||
		acme.PollInterval != time.Minute || acme.PollMaxAge != 3*time.Minute || acme.Timeout != 30*time.Second ||
		acme.HTTP.BasicAuth.Username != "prometheus" {
		t.Errorf("got %+v", acme)
	}
	if acme.HTTP.BasicAuth.PasswordFile != filepath.Join(filepath.Dir(path), "acme.password") {
		t.Errorf("password file %q is not relative to the configuration", acme.HTTP.BasicAuth.PasswordFile)
	}
	warsaw := zone(t, "Europe/Warsaw")
	if s := acme.Settings("00017"); acme.CampaignName("00017") != "Satisfaction survey" || s.StalledAfter != 4*time.Hour ||
		s.StalledUntil != 95 || !s.Deadline.Equal(time.Date(2026, 12, 18, 18, 0, 0, 0, warsaw)) {
		t.Errorf("campaign 00017: %+v", *s)
	}
	if acme.Settings("00020").StallAlert || !acme.Settings("00001").StallAlert {
		t.Error("stall_alert is not that of the example")
	}
	evening, holiday := time.Date(2026, 11, 25, 21, 0, 0, 0, warsaw), time.Date(2026, 12, 25, 18, 0, 0, 0, warsaw)
	if hours := acme.Settings("00021").Calendar; !hours.OpenAt(evening) || hours.OpenAt(holiday) || acme.Calendar.OpenAt(evening) {
		t.Error("the evening line does not work in the evening, or on holidays")
	}
	if globex.URL.String() != "https://globex.thulium.com" || globex.PollInterval != 0 || globex.PollMaxAge != 0 ||
		globex.HTTP.BasicAuth.Username != "exporter" || globex.HTTP.ProxyURL.String() == "" ||
		!reflect.DeepEqual(globex.CampaignIDs, []string{"00003", "00004"}) {
		t.Errorf("got %+v", globex)
	}
}

const valid = `systems:
  acme:
    url: https://acme.thulium.com
    basic_auth: {username: u, password: hunter2}
`

// TestMistakes: the error names the line and what to write instead.
func TestMistakes(t *testing.T) {
	with := func(old, text string) string { return strings.Replace(valid, old, text, 1) }
	for name, tt := range map[string]struct{ text, want string }{
		"empty":              {"", "no systems; write at least one below the key systems; write it like acme: {url: https://acme.thulium.com}"},
		"no systems":         {"defaults: {timeout: 1s}\n", "no systems; write at least one below the key systems"},
		"second document":    {valid + "---\nsystems: {}\n", "there is a second document"},
		"not a mapping":      {"- acme\n", "line 1: not a mapping; write it like systems: {acme: {url: https://acme.thulium.com}}"},
		"list of systems":    {"systems:\n  - acme\n", "line 2: systems: not a mapping; write it like acme: {url: https://acme.thulium.com}"},
		"scalar system":      {"systems:\n  acme: https://acme.thulium.com\n", "line 2: systems: not a mapping; write it like acme: {url:"},
		"unknown key":        {valid + "    pol_interval: 1m\n", "line 5: unknown key pol_interval; check the spelling and the indentation"},
		"unknown nested key": {valid + "    tls_config: {cafile: x}\n", "line 5: unknown key cafile; check the spelling and the indentation"},
		"misplaced key":      {valid + "    password_file: x\n", "line 5: unknown key password_file; check the spelling and the indentation"},
		"strange key":        {valid + "    hunter2: 1m\n", "line 5: unknown key; check the spelling and the indentation"},
		"secret manager":     {valid + "    tls_config: {ca_ref: x}\n", "line 5: unknown key ca_ref"},
		"duplicate system":   {valid + "  acme: {}\n", "line 5: duplicate key acme, already on line 2; remove one of them"},
		"duplicate key":      {valid + "    url: x\n", "line 5: duplicate key url, already on line 3"},
		"key that is a list": {valid + "    [hunter2]: x\n", "line 5: a key must be plain text"},
		"alias of itself":    {valid + "    campaigns: &x {<<: *x}\n", "line 5: nested too deeply, or too many aliases; an alias must not stand within its own anchor"},
		"invalid UTF-8":      {valid + "    url: \xff\n", "line 5: not UTF-8; save the file as UTF-8"},
		"binary":             {valid + "    campaigns: {\"1\": {name: !!binary aHVudGVyMg==}}\n", "line 5: name: tags are not supported"},

		"octal id":            {valid + "    campaign_ids: [00017]\n", `line 5: campaign_ids: a campaign ID must be in quotes, since YAML parses 00017 as the number 15; write it like "00017"`},
		"octal id of a name":  {valid + "    campaigns: {00017: {name: x}}\n", "line 5: campaigns: a campaign ID must be in quotes"},
		"null id":             {valid + "    campaigns: {~: {name: x}}\n", "line 5: campaigns: a campaign ID must be in quotes"},
		"empty id":            {valid + "    campaigns: {\"\": {name: x}}\n", `line 5: system "acme": campaigns: an ID is empty; write it in quotes`},
		"id twice":            {valid + "    campaign_ids: [\"00017\", \"00017\"]\n", `line 5: system "acme": campaign_ids: an ID is empty or listed twice`},
		"campaign as text":    {valid + "    campaigns:\n      \"00017\": Spring\n", `line 6: campaigns: not a mapping; write it like "00017": {name: Spring renewals}`},
		"campaign of nothing": {valid + "    campaigns:\n\n      \"00017\": {}\n", `line 7: system "acme": campaigns: "00017": nothing is set; write at least one of name, stalled_after`},
		"ids as text":         {valid + "    campaign_ids: \"00017\"\n", `line 5: campaign_ids: not a list; write it like ["00017"]`},

		"name of a system":   {with("acme:", "\"http://hunter2\":"), "line 2: invalid name of a system; use letters, digits"},
		"no url":             {"systems:\n  acme:\n    basic_auth: {username: u, password: p}\n", `line 2: system "acme": url: missing; write the address`},
		"bad url":            {with("https://", "ftp://"), `line 3: system "acme": url: the URL needs a scheme and a host`},
		"plain http":         {with("https://", "http://"), `line 3: system "acme": url: http would send the password unencrypted`},
		"password in url":    {with("https://", "https://u:hunter2@"), `line 3: system "acme": url: credentials`},
		"url in defaults":    {"defaults:\n  url: https://acme.thulium.com\n" + valid, "line 2: url belongs to a single system; move it below its name"},
		"merged url":         {"x: &x {url: https://acme.thulium.com}\n" + valid, "line 1: unknown key x"},
		"merge in defaults":  {"defaults:\n  <<: {url: https://acme.thulium.com}\n" + valid, "line 2: url belongs to a single system; move it below its name"},
		"merged campaigns":   {"defaults: {<<: [{timeout: 1s}, {<<: {campaigns: {}}}]}\n" + valid, "line 1: campaigns belongs to a single system"},
		"merge of text":      {"defaults: {<<: hunter2}\n" + valid, "line 1: << takes a mapping, or a list of them; write it like <<: *name"},
		"many aliases":       {laughs() + valid, "too many aliases"},
		"redirects":          {valid + "    follow_redirects: true\n", `line 5: system "acme": follow_redirects: redirects are never followed`},
		"not a bool":         {valid + "    allow_http: please\n", "line 5: allow_http: write true or false"},
		"no unit":            {valid + "    timeout: 30\n", "line 5: timeout: invalid value; write it like 30s"},
		"not a duration":     {valid + "    timeout: hunter2\n", "line 5: timeout: invalid value; write it like 30s"},
		"long timeout":       {valid + "    timeout: 1h\n", `line 5: system "acme": timeout: must be positive and at most 5m`},
		"interval":           {valid + "    poll_interval: 1ms\n", `line 5: system "acme": poll_interval: must be at least 1s`},
		"long interval":      {valid + "    poll_interval: 4w\n", `line 5: system "acme": poll_interval: must be at least 1s and at most 24h; write it like 1m`},
		"age, no interval":   {valid + "    poll_max_age: 1m\n", `line 5: system "acme": poll_max_age: has no effect without a poll interval`},
		"age below interval": {valid + "    poll_interval: 1m\n    poll_max_age: 1s\n", `line 6: system "acme": poll_max_age: must be at least the poll interval (1m0s)`},
		"great age":          {valid + "    poll_interval: 1m\n    poll_max_age: 1y\n", `line 6: system "acme": poll_max_age: must be at most 72h`},
		"error in defaults":  {"defaults:\n  timeout: 1h\n" + valid, `line 2: system "acme": timeout: must be`},

		"no credentials":     {"systems:\n  acme:\n    url: https://acme.thulium.com\n", `line 2: system "acme": basic_auth: no username`},
		"no password":        {with(", password: hunter2", ""), `line 4: system "acme": basic_auth: no password; write it to a file and set password_file to its path`},
		"scalar credentials": {with("{username: u, password: hunter2}", "hunter2"), "line 4: basic_auth: not a mapping; write it like {username: prometheus, password_file: acme.password}"},
		"two passwords":      {with("password: hunter2", "password: hunter2, password_file: x"), `line 4: system "acme": basic_auth: at most one of`},
		"password as path":   {with("password: hunter2", "password_file: hunter2"), `line 4: system "acme": basic_auth: password_file: cannot read the file: no such file`},
		"password lines":     {with("password: hunter2", "password_file: lines"), `line 4: system "acme": basic_auth: password_file: cannot read the file: the file has several lines; write only the secret to it`},
		"OAuth2 key":         {with("basic_auth: {username: u, password: hunter2}", "oauth2: {client_id: x, token_url: 'https://x', client_certificate_key_file: x}"), `line 4: system "acme": oauth2: client_certificate_key_file: cannot read`},
		"directory":          {with("password: hunter2", "password_file: ."), `line 4: system "acme": basic_auth: password_file: cannot read the file: it is a directory`},
		"username":           {with("username: u", "username: 'u:v'"), `line 4: system "acme": basic_auth: username: contains a colon`},
		"username file":      {with("username: u", "username_file: colon"), `line 4: system "acme": basic_auth: username_file: the name in it contains a colon`},
		"token file":         {with("basic_auth: {username: u, password: hunter2}", "bearer_token_file: hunter2"), `line 4: system "acme": bearer_token_file: cannot read the file`},
		"no token":           {with("basic_auth: {username: u, password: hunter2}", "authorization: {}"), `line 4: system "acme": authorization: no credentials`},
		"OAuth2 secret":      {with("basic_auth: {username: u, password: hunter2}", "oauth2: {client_id: x, token_url: 'https://x', client_secret_file: x}"), `line 4: system "acme": oauth2: client_secret_file: cannot read`},
		"OAuth2 TLS":         {with("basic_auth: {username: u, password: hunter2}", "oauth2:\n      client_id: x\n      token_url: https://x\n      tls_config:\n        ca_file: x"), `line 8: system "acme": oauth2: tls_config: ca_file: cannot read`},
		"header file":        {valid + "    http_headers: {X-Y: {files: [nowhere]}}\n", `line 5: system "acme": http_headers: files: cannot read`},
		"header":             {valid + "    http_headers: {X-Y: {values: [\"x\\ny\"]}}\n", `line 5: system "acme": http_headers: a value contains a line break`},
		"secret header":      {valid + "    http_headers: {X-Y: {secrets: [\"hunter2\\r\"]}}\n", `line 5: system "acme": http_headers: a value contains a line break`},
		"header file lines":  {valid + "    http_headers: {X-Y: {files: [lines]}}\n", `line 5: system "acme": http_headers: files: cannot read the file: the file has several lines`},
		"header of a proxy":  {valid + "    proxy_from_environment: true\n    proxy_connect_header: {X-Y: [\"x\\ny\"]}\n", `line 6: system "acme": proxy_connect_header: a value contains a line break`},
		"token":              {with("basic_auth: {username: u, password: hunter2}", "bearer_token: \"hunter2\\n\""), `line 4: system "acme": bearer_token: a value contains a line break`},
		"reserved header":    {valid + "    http_headers: {Host: {values: [x]}}\n", `line 5: system "acme": http_headers: setting header "Host" is not allowed`},
		"CA file":            {valid + "    tls_config:\n      insecure_skip_verify: false\n      ca_file: nowhere\n", `line 7: system "acme": tls_config: ca_file: cannot read the file: no such file`},
		"CA that is none":    {valid + "    tls_config: {ca_file: colon}\n", `line 5: system "acme": tls_config: ca or ca_file is not a certificate in PEM format`},
		"key without cert":   {valid + "    tls_config: {key_file: colon}\n", `line 5: tls_config: exactly one of cert or cert_file`},
		"certificate file":   {valid + "    tls_config: {cert_file: colon, key_file: colon}\n", `line 5: system "acme": tls_config: cert and key, or their files, are not a certificate and the key to it in PEM format`},
		"TLS version":        {valid + "    tls_config: {min_version: hunter2}\n", "line 5: min_version: invalid value; write it like TLS12"},
		"TLS versions":       {valid + "    tls_config: {min_version: TLS13, max_version: TLS12}\n", "tls_config: max_version: is lower than min_version"},
		"proxy":              {valid + "    proxy_url: hunter2\n", "line 5: proxy_url: invalid value; write it like http://proxy.example.com:3128"},
		"proxy header":       {valid + "    proxy_connect_header: {X: [hunter2]}\n", `system "acme": proxy_url: if proxy_connect_header is configured`},

		"stalled_after":        {valid + "    stalled_after: 0s\n", `line 5: system "acme": stalled_after: must be positive; write business time, like 2h`},
		"stalled_after unit":   {valid + "    stalled_after: 7200\n", "line 5: stalled_after: invalid value; write it like 2h"},
		"stalled_until":        {valid + "    stalled_until: 98%\n", "line 5: stalled_until: invalid value; write it like 98"},
		"stalled_until range":  {valid + "    stalled_until: 980\n", `line 5: system "acme": stalled_until: must be above 0 and at most 100`},
		"stalled_until NaN":    {valid + "    stalled_until: .nan\n", `line 5: system "acme": stalled_until: must be above 0`},
		"stall_alert":          {valid + "    stall_alert: off-ish\n", "line 5: stall_alert: write true or false"},
		"deadline":             {valid + "    campaigns:\n      \"1\":\n        name: x\n        deadline: 18.12.2026\n", `line 8: system "acme": campaigns: "1": deadline: neither a time nor a date; write "2026-12-18 18:00", or "2026-12-18"`},
		"deadline year":        {valid + "    campaigns: {\"1\": {deadline: 0206-12-18}}\n", "deadline: the year is out of range; write one from 2020 to 2050"},
		"deadline of a system": {valid + "    deadline: 2026-12-18\n", "line 5: unknown key deadline"},
		"pool":                 {valid + "    campaigns: {\"1\": {pool: spring sales}}\n", `campaigns: "1": pool: invalid name; use letters, digits, '.', '_' and '-', at most 100`},
		"order without a pool": {valid + "    campaigns: {\"1\": {order: 1}}\n", `campaigns: "1": order: has no effect without a pool; remove it or set both`},
		"order of 0":           {valid + "    campaigns: {\"1\": {pool: x, order: 0}}\n", `campaigns: "1": order: must be 1 or more`},
		"order of a half":      {valid + "    campaigns: {\"1\": {pool: x, order: 1.5}}\n", "line 5: order: invalid value; write it like 1"},
		"order that is a word": {valid + "    campaigns: {\"1\": {pool: x, order: hunter2}}\n", "line 5: order: invalid value; write it like 1"},
		"order too large":      {valid + "    campaigns: {\"1\": {pool: x, order: 99999999999999999999}}\n", "line 5: order: invalid value"},
		"pool of a system":     {valid + "    pool: x\n", "line 5: unknown key pool"},
		"campaign threshold":   {valid + "    campaigns: {\"1\": {stalled_after: -1h}}\n", "line 5: stalled_after: invalid value; write it like 2h"},
		"campaign hours":       {valid + "    campaigns:\n      \"1\":\n        business_hours:\n          time_zone: Warsaw\n", `line 8: system "acme": campaigns: "1": business_hours: time_zone: unknown; write a name`},
		"business hours":       {valid + "    business_hours:\n      time_zone: Europe/Warsaw\n      closed_dates: [2026-12-31, hunter2]\n", `line 7: system "acme": business_hours: closed_dates: entry 2: not a date; write it like 2026-12-31`},
		"empty holidays":       {valid + "    campaigns:\n      \"1\":\n        business_hours: {holidays: []}\n", `line 7: system "acme": campaigns: "1": business_hours: holidays: empty; write 'none', or remove the key for pl`},
		"empty windows":        {valid + "    campaigns:\n      \"1\":\n        business_hours: {windows: []}\n", `line 7: system "acme": campaigns: "1": business_hours: windows: empty; list at least one window`},
		"windows":              {valid + "    business_hours: {windows: {}}\n", "line 5: windows: not a list; write it like [{weekdays:"},
	} {
		t.Run(name, func(t *testing.T) { fails(t, tt.text, tt.want) })
	}
}

// laughs is a short text that stands for a billion values.
func laughs() string {
	text := "defaults:\n  business_hours:\n    holidays: &x0 [x]\n"
	for i := range 9 {
		text += fmt.Sprintf("    x%d: &x%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*x%d,", i), 10))
	}
	return text
}

// fails checks that a file is refused with an error that is fit for people.
func fails(t *testing.T, text, want string) {
	t.Helper()
	path := write(t, "x.yml", text, "colon", "hunter2:x", "lines", "hunter2\nx")
	_, _, err := config.LoadFile(t.Context(), files.NewReader(), path)
	if err == nil {
		t.Fatal("no error")
	}
	if !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	for _, never := range []string{"hunter2", "config.", "!!", "\n"} {
		if strings.Contains(err.Error(), never) {
			t.Errorf("the error contains %q: %v", never, err)
		}
	}
}

// TestSyntax: errors in the syntax name the line that is wrong, not the one on
// which the block around it begins.
func TestSyntax(t *testing.T) {
	const after = "\n  globex:\n    url: https://globex.thulium.com\n"
	for text, want := range map[string]string{
		"\ttimeout: 3s":     "tab in the indentation; use spaces",
		"    \ttimeout: 3s": "tab in the indentation; use spaces",
		"   timeout: 3s":    "wrong indentation or a missing quote; begin the key below the first letter of the one above",
		" timeout: 3s":      "wrong indentation",
		"      timeout: 3s": "wrong indentation",
		"    timeout 3s":    "key without a colon and a space; write it like timeout: 30s",
		"    timeout:3s":    "key without a colon",
		"    tls_config: {ca_file: a, cert_file: b":    "unclosed bracket or brace, or a missing comma",
		"    campaign_ids: [\"1\"]]":                   "wrong indentation",
		"    proxy_url: \"hunter2":                     "unclosed quote",
		"    proxy_url: 'it's'":                        "wrong indentation or a missing quote",
		"    proxy_url: @hunter2":                      "text that begins with a special character must be in quotes",
		"    proxy_url: *hunter2":                      "text that begins with * must be in quotes",
		"    proxy_url: hunter2: x":                    "unexpected colon",
		`    proxy_url: "\hunter2"`:                    "unknown escape in double quotes; use single quotes",
		"    - hunter2":                                "wrong indentation",
		"    proxy_url: \x01":                          "control character; remove it",
		"    proxy_url: !<hunter2":                     "not valid YAML; check the indentation, quotes and colons",
		"    campaign_ids: [\n      \"1\",\n      a b": "unclosed bracket",
	} {
		fails(t, valid+text+after, "line 5: "+want)
		if !strings.Contains(text, "[\n") { // a valid list of several lines before it changes nothing
			fails(t, valid+"    campaign_ids: [\n      \"1\",\n      \"2\",\n    ]\n"+text+after, "line 9: "+want)
		}
	}
	fails(t, "systems: [\n", "line 1: unclosed bracket")
	fails(t, valid+"    proxy_url: @"+strings.Repeat("x", 2000)+after, "line 5: text that begins")
	fails(t, valid+"    proxy_url: \"\uFFFD\"\n    no_proxy: \xff"+after, "line 6: not UTF-8")
}

func TestMissingFile(t *testing.T) {
	if _, _, err := config.LoadFile(t.Context(), files.NewReader(), "nowhere.yml"); err == nil || !strings.Contains(err.Error(), "cannot read the configuration file") {
		t.Errorf("got %v", err)
	}
}

// TestDefaultsAreNotShared: what one system adds to the defaults, the next
// does not see.
func TestDefaultsAreNotShared(t *testing.T) {
	systems, _, err := config.LoadFile(t.Context(), files.NewReader(), write(t, "x.yml", `
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

// TestAnchors: an anchor can be used in several places, and a merge key adds to
// what is written beside it.
func TestAnchors(t *testing.T) {
	systems := load(t, `
defaults: {basic_auth: {username: u, password: p}}
systems:
  a: &a
    url: https://a.example.com
    timeout: 1s
    business_hours: &london {time_zone: Europe/London}
  b: {<<: *a, url: "https://b.example.com", campaigns: {"1": {business_hours: *london}}}
  c: {<<: [{timeout: 2s}, *a]}
`)
	a, b, c := &systems[0], &systems[1], &systems[2]
	if b.URL.Host != "b.example.com" || b.Timeout != time.Second || b.Settings("1").Calendar != a.Calendar ||
		c.URL.Host != "a.example.com" || c.Timeout != 2*time.Second || c.Calendar != a.Calendar {
		t.Errorf("got %+v and %+v", b, c)
	}
}

// TestProxyFromEnvironment: a proxy can come from HTTPS_PROXY, with headers for it.
func TestProxyFromEnvironment(t *testing.T) {
	s := load(t, valid+"    proxy_from_environment: true\n    proxy_connect_header: {X-Y: [z]}\n")[0]
	if !s.HTTP.ProxyFromEnvironment || s.HTTP.ProxyConnectHeader["X-Y"][0] != "z" {
		t.Errorf("got %+v", s.HTTP.ProxyConfig)
	}
}

// TestDigest is that of what was loaded, even if it is invalid.
func TestDigest(t *testing.T) {
	r := files.NewReader()
	for _, text := range []string{valid, "systems: {"} {
		path := write(t, "x.yml", text)
		_, digest, _ := config.LoadFile(t.Context(), r, path)
		now, err := config.DigestFile(t.Context(), r, path)
		if digest != sha256.Sum256([]byte(text)) || now != digest || err != nil {
			t.Errorf("got %x and %x, %v", digest, now, err)
		}
	}
}

// TestByteOrderMark: editors put one at the beginning.
func TestByteOrderMark(t *testing.T) {
	load(t, "\ufeff"+valid)
	fails(t, "\ufeff"+valid+"    timeout\n", "line 5: key without a colon")
}

// secret is what FuzzLoadFile plants in place of the word SECRET.
const secret = "hunter2Hunter"

// FuzzLoadFile: whatever a file holds, there is a result or an error on one
// line, with the number of a line and without any of the secrets in it.
func FuzzLoadFile(f *testing.F) {
	for _, text := range []string{
		"systems: {acme: {url: 'https://acme.thulium.com', basic_auth: {username: u, password: SECRET}}}",
		"defaults: &d {timeout: 1s}\nsystems: {a: *d}",
		"systems: {a: null}", "systems: {a: {SECRET: 1}}", "systems: {SECRET: {}}", "systems: {'SECRET /': {}}", "systems: {SECRET: SECRET}",
		valid + "    campaigns: {SECRET: SECRET}\n", valid + "    campaigns: {SECRET: {deadline: SECRET}}\n", "systems: *SECRET", "SECRET", "systems: !SECRET {}", "systems: {a: {timeout: SECRET}}",
		valid + "    proxy_url: http://u:SECRET@x y\n", valid + "    basic_auth: {username: 'SECRET:', password: x}\n",
		valid + "    campaigns: {\"1\": {deadline: SECRET, stalled_until: SECRET}}\n", valid + "    campaign_ids: [SECRET, &SECRET x]\n",
		valid + "    tls_config: {ca: SECRET, cert: SECRET, key: SECRET, min_version: SECRET, ca_file: SECRET}\n",
		valid + "    oauth2: {client_id: SECRET, client_secret: SECRET, token_url: SECRET, claims: {SECRET: *SECRET}}\n",
		valid + "    business_hours: {time_zone: SECRET, windows: [{weekdays: [SECRET], times: [{start_time: SECRET}]}]}\n",
		valid + "    business_hours: {closed_dates: [SECRET], open_dates: [{date: SECRET}], holidays: [SECRET]}\n",
		"\xff SECRET", "systems:\n\t SECRET", "%SECRET", "a: 'SECRET", "- a\n SECRET: {", "? SECRET", "systems: {<<: SECRET}", "a: \"\\SECRET\"",
		"defaults: &x {<<: *x}", "defaults: {<<: [SECRET, {<<: SECRET}]}", "systems: {a: &a {<<: {<<: *a}}}", "systems: {a: [&SECRET x, *SECRET]}",
	} {
		f.Add(text)
	}
	path := filepath.Join(f.TempDir(), "x.yml")
	lines := regexp.MustCompile(`^line [0-9]+: \S|^no systems; |^there is a second document; `)
	names := regexp.MustCompile(`system "[^"]*": |campaigns: "(\\.|[^"\\])*": `) // labels of metrics are no secrets
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "SECRET", secret)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		systems, _, err := config.LoadFile(t.Context(), files.NewReader(), path)
		if (err == nil) != (len(systems) > 0) {
			t.Fatalf("%d systems and error %v", len(systems), err)
		}
		if err == nil {
			return
		}
		message := names.ReplaceAllString(strings.TrimPrefix(err.Error(), path+": "), "")
		if !lines.MatchString(message) || strings.Contains(message, "\n") || strings.Contains(message, secret) {
			t.Errorf("not an error for people: %q", message)
		}
	})
}
