package zabbix

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// testDocument types the steps of docs/zabbix.pl.md. The first problem comes within
// ten minutes, and the pictures show what its reader sees.
func testDocument(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	text, err := os.ReadFile("../../docs/zabbix.pl.md")
	check(t, err)
	ports := strings.NewReplacer(
		"http://localhost/zabbix", z.URL, ":10069", ":"+strconv.Itoa(freePort(t)), ":10070", ":"+strconv.Itoa(freePort(t)))
	var steps []string
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		steps = append(steps, ports.Replace(m[1]))
	}
	began := time.Now()
	last := len(steps) - 1 // which lets the campaign progress
	z.typed(t, strings.Join(steps[:last], ""))
	var hosts []struct{ HostID string }
	z.call(t, "host.get", object{"filter": object{"host": "Thulium"}}, &hosts)
	z.expectProblem(t, hosts[0].HostID, "Call-backs from the website: brak postępu od ", true)
	if took := time.Since(began); took > 10*time.Minute {
		t.Errorf("the first problem came after %s", took)
	} else {
		t.Logf("the first problem came after %s", took)
	}
	z.pictures(t, "pl", hosts[0].HostID)
	z.typed(t, steps[last])
	z.expectProblem(t, hosts[0].HostID, "Call-backs from the website: brak postępu od ", false)
}

// typed runs commands as somebody types them, in the directory of the repository.
// What they start in the background ends with the test.
func (z *Zabbix) typed(t *testing.T, commands string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	check(t, err)
	output, err := os.CreateTemp(z.directory, "typed")
	check(t, err)
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", commands)
	shell.Dir = root
	shell.Env = append(os.Environ(), "PATH="+root+":"+os.Getenv("PATH"))
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Stdout, shell.Stderr = output, output
	err = shell.Run()
	t.Cleanup(func() { _ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) })
	if err != nil {
		said, _ := os.ReadFile(output.Name())
		t.Fatalf("%v\n%s\n%s", err, commands, said)
	}
}

// pictures shows the dashboard of a host and its problems in a browser, as a user of
// the language sees them.
func (z *Zabbix) pictures(t *testing.T, language, host string) {
	t.Helper()
	const password = "Kampanie69!"
	locale := map[string]string{"en": "en_US", "pl": "pl_PL"}[language]
	z.call(t, "user.create", object{
		"username": language, "passwd": password, "roleid": "3", "lang": locale, "usrgrps": []object{{"usrgrpid": "7"}},
	}, nil)
	check(t, os.MkdirAll("screenshots", 0o750))
	dashboard := "zabbix.php?action=host.dashboard.view&from=now-15m&to=now&hostid=" + host
	for name, view := range map[string]struct{ page, milliseconds string }{
		"dashboard": {dashboard, "20000"},
		"campaigns": {dashboard, "45000"}, // its second page follows after 30 s
		"problem":   {"zabbix.php?action=problem.view&show_opdata=1&hostids[]=" + host, "20000"},
		"latest":    {"zabbix.php?action=latest.view&hostids[]=" + host, "20000"},
	} {
		file := filepath.Join("screenshots", name+"."+language+".png")
		login := url.Values{"name": {language}, "password": {password}, "enter": {"Sign in"}, "autologin": {"1"}, "request": {view.page}}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		run(t, exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1500,1000",
			"--user-data-dir="+filepath.Join(z.directory, "browser-"+name+language), "--virtual-time-budget="+view.milliseconds,
			"--screenshot="+file, z.URL+"/index.php?"+login.Encode()))
		cancel()
		if picture, err := os.Stat(file); err != nil || picture.Size() < 20_000 {
			t.Errorf("there is no picture %s: %v", file, err)
		}
	}
}
