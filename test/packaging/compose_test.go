package packaging_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const composeDir = "deploy/compose"

// compose is the part of a compose file that is used here.
type compose struct {
	Services map[string]service
	Volumes  map[string]any
}

type service struct {
	Image       string
	Entrypoint  []string
	Command     []string
	Environment map[string]string
	Volumes     []string
	Ports       []string
	Healthcheck struct{ Test []string }
	DependsOn   map[string]struct{ Condition string } `json:"depends_on"`
}

// readCompose returns the file as compose reads it with these variables.
func readCompose(t *testing.T, variables map[string]string) compose {
	t.Helper()
	text := regexp.MustCompile(`\$\{(\w+):([-+])([^}]*)\}`).ReplaceAllStringFunc(
		read(t, filepath.Join(repository, composeDir, "compose.yml")), func(use string) string {
			m := regexp.MustCompile(`(\w+):([-+])([^}]*)`).FindStringSubmatch(use)
			value, set := variables[m[1]]
			if set == (m[2] == "+") { // "-": what follows stands in for it; "+": replaces it
				return m[3]
			}
			return value
		})
	var c compose
	if err := yaml.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestComposeFile: what is referred to exists, images are pinned, and nothing is
// open to other machines.
func TestComposeFile(t *testing.T) {
	c := readCompose(t, nil)
	table := read(t, filepath.Join(repository, "docs/install.md"))
	for name, s := range c.Services {
		if !regexp.MustCompile(`:v?\d+\.\d+\.\d+$`).MatchString(s.Image) && name != "exporter" {
			t.Errorf("%s: the image %s is not pinned", name, s.Image)
		}
		if version := regexp.MustCompile(`/([a-z]+):v?(\d+\.\d+)\.`).FindStringSubmatch(s.Image); version != nil &&
			!regexp.MustCompile(`(?mi)^\| `+version[1]+` \|.*\b`+regexp.QuoteMeta(version[2])+`\b`).MatchString(table) {
			t.Errorf("%s: the table of versions in install.md does not have %s %s", name, version[1], version[2])
		}
		if len(s.Healthcheck.Test) == 0 && name != "exporter" { // its image has one
			t.Errorf("%s has no health check", name)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to other machines", name, port)
			}
		}
		for other := range s.DependsOn {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s depends on %s, which is not there", name, other)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, named := c.Volumes[source]; named || filepath.IsAbs(source) {
				continue
			}
			if _, err := os.Stat(filepath.Join(repository, composeDir, source)); err != nil {
				t.Errorf("%s: %s", name, err)
			}
		}
	}
}

// TestGrafanaHome runs what the container runs before Grafana: the supervisors' dashboard
// becomes its home page and begins with the last 15 minutes.
func TestGrafanaHome(t *testing.T) {
	grafana := readCompose(t, nil).Services["grafana"]
	home := filepath.Join(t.TempDir(), "home.json")
	script := strings.NewReplacer("/etc/grafana/thulium/", "dashboards/", grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"], home, "exec /run.sh", "").Replace(grafana.Command[0])
	command(t, grafana.Entrypoint[0], grafana.Entrypoint[1], script)
	var dashboard struct {
		UID  string
		Time struct{ From, To string }
	}
	if err := yaml.Unmarshal([]byte(read(t, home)), &dashboard); err != nil {
		t.Fatal(err)
	}
	if dashboard.UID != "thulium-campaigns" || dashboard.Time.From != "now-15m" || dashboard.Time.To != "now" {
		t.Errorf("got %+v", dashboard)
	}
}

// TestGrafana: the dashboards are where Grafana looks, and so is Prometheus.
// Grafana itself is not run here.
func TestGrafana(t *testing.T) {
	c := readCompose(t, nil)
	var source struct {
		Datasources []struct{ UID, Type, URL string }
	}
	var provider struct {
		Providers []struct{ Options struct{ Path string } }
	}
	for file, into := range map[string]any{"datasources/prometheus.yml": &source, "dashboards/thulium.yml": &provider} {
		if err := yaml.Unmarshal([]byte(read(t, filepath.Join(repository, composeDir, "grafana", file))), into); err != nil {
			t.Fatal(err)
		}
	}
	if url := source.Datasources[0].URL; url != "http://prometheus:9090" || c.Services["prometheus"].Image == "" {
		t.Errorf("Grafana asks %s, which is no service", url)
	}
	mount := "../../dashboards:" + provider.Providers[0].Options.Path + ":ro"
	if !slices.Contains(c.Services["grafana"].Volumes, mount) {
		t.Errorf("no volume %s in %q", mount, c.Services["grafana"].Volumes)
	}
}

// TestComposeRuns runs what compose would run, with the files and the commands
// of the compose file but the real programs in place of their images: first the
// demo, until its campaigns, rules and a message are seen, then a real system, then
// two.
func TestComposeRuns(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	c := readCompose(t, nil)
	for name, program := range map[string]string{
		"exporter": exporterOnMachine, "prometheus": "prometheus", "alertmanager": "alertmanager", "receiver": "busybox",
	} {
		script.WriteString(c.Services[name].script(name, program))
	}
	script.WriteString(read(t, "testdata/compose.sh"))
	c = readCompose(t, map[string]string{
		"THULIUM_COMMAND": "serve", "THULIUM_URL": "https://acme.thulium.com", "THULIUM_USERNAME": "prometheus",
		"THULIUM_PASSWORD_FILE": "/run/password", "THULIUM_POLL_INTERVAL": "1m", "THULIUM_BUSINESS_HOURS": "monday:sunday 00:00-24:00",
	})
	script.WriteString("echo correct-horse >/run/password\nkill $(pgrep -x thulium_exporte)\n" + c.Services["exporter"].script("exporter", exporterOnMachine) +
		"within \"curl --silent http://exporter:10069/metrics | grep -Fx 'thulium_up 1'\"\n" +
		"curl --silent http://exporter:10069/metrics | grep -Fx 'thulium_business_open 1'\n")
	// Last, a file of two systems: Prometheus finds both.
	c = readCompose(t, map[string]string{
		"THULIUM_COMMAND": "serve", "THULIUM_CONFIG_DIR": "/run/config", "THULIUM_CONFIG_FILE": "/etc/thulium_exporter/thulium_exporter.yml",
	})
	script.WriteString(read(t, "testdata/compose-config.sh") + "kill $(pgrep -x thulium_exporte)\n" + c.Services["exporter"].script("exporter", exporterOnMachine) +
		"has 'count(count by (system) (thulium_campaign_completion_percent{system=~\"acme|globex\"})) == 2'\n" +
		"has 'thulium_exporter_build_info{job=\"thulium\"}'\n" +
		"within '[ -s /var/lib/thulium_exporter/state.json ]'\n")
	onMachine(t, script.String())
}

// exporterOnMachine is the binary there.
const exporterOnMachine = "dist/build/linux-" + runtime.GOARCH + "/thulium_exporter"

// script starts the service on a machine: its name leads there, its files are
// where the program expects them.
func (s service) script(name, program string) string {
	lines := []string{fmt.Sprintf("echo 127.0.0.1 %s >>/etc/hosts", name)}
	for _, volume := range s.Volumes {
		parts := strings.Split(volume, ":")
		source, target := parts[0], parts[1]
		switch {
		case source == "/dev/null": // nothing is given
			continue
		case strings.HasPrefix(source, "."):
			source = filepath.Join(composeDir, source)
		case !filepath.IsAbs(source): // a volume of compose
			lines = append(lines, "mkdir -p "+target)
			continue
		}
		lines = append(lines, fmt.Sprintf("mkdir -p %s; cp -r %s %s", filepath.Dir(target), source, target))
	}
	env := ""
	for variable, value := range s.Environment {
		env += fmt.Sprintf(" %s='%s'", variable, value)
	}
	command := fmt.Sprintf("env%s %s '%s' >/run/%s.log 2>&1 &", env, program, strings.Join(s.Command, "' '"), name)
	return strings.Join(append(lines, command), "\n") + "\n"
}
