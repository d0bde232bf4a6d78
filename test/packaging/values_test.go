package packaging_test

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

const (
	oneSystem   = "{thulium: {url: https://acme.thulium.com, username: u}, passwords: {existingSecret: s}}"
	manySystems = "{existingConfig: {secret: s}}"

	oneConfigured = `{config: "systems: {a1: {url: https://a.b, basic_auth: {username: u, password: p}}}"}`
)

// values are a set of values for the chart, and what becomes of it.
type values struct {
	name    string
	base    string // what it is merged into
	yaml    string
	release string   // "thulium" if empty
	refused string   // part of the message, or empty
	args    []string // the exporter gets them, each in one piece
	has     []string // parts of the manifests
	hasNot  []string
}

// oddValues returns sets that people write, and that went wrong once or might.
func oddValues() []values {
	return []values{
		// Everything is quoted.
		{name: "username with a comment", yaml: `thulium: {username: "api #1"}`, args: []string{"--thulium.username=api #1"}},
		{name: "username with a colon", yaml: `thulium: {username: "a: b"}`, refused: "/thulium/username"},
		{name: "username with quotes", yaml: `thulium: {username: "a'b\"c"}`, args: []string{`--thulium.username=a'b"c`}},
		{name: "username with braces", yaml: `thulium: {username: "{{ .Values }}"}`, args: []string{"--thulium.username={{ .Values }}"}},
		{name: "username with a new line", yaml: `thulium: {username: "a\n- --web.listen-address=:1"}`, refused: "/thulium/username"},
		{name: "username that looks like true", yaml: `thulium: {username: "true"}`, args: []string{"--thulium.username=true"}},
		{name: "username that is true", yaml: `thulium: {username: true}`, refused: "/thulium/username"},
		{name: "campaign id with zeros", yaml: `thulium: {campaignIds: ["00017"]}`, args: []string{"--thulium.campaign-id=00017"}},
		{name: "campaign id as a number", yaml: `thulium: {campaignIds: [17]}`, refused: "/thulium/campaignIds/0"},
		{name: "flag with a comment", yaml: `extraArgs: ["--thulium.campaign-id=a: b #x"]`, args: []string{"--thulium.campaign-id=a: b #x"}},
		{name: "flag that is a value", yaml: "extraArgs: [--poll.interval=1m]", refused: "use that"},
		{name: "address as a flag", yaml: `extraArgs: ["--web.listen-address=:9000"]`, refused: "what the value service.port sets"},
		{name: "password file as a flag", yaml: "extraArgs: [--thulium.password-file=/x]", refused: "what the value passwords sets"},
		{name: "flag as a number", yaml: "extraArgs: [1]", refused: "/extraArgs/0"},
		{name: "name true", yaml: `nameOverride: "true"`, has: []string{`app.kubernetes.io/name: "true"`}},
		{name: "name 123", yaml: `nameOverride: "123"`, has: []string{`app.kubernetes.io/name: "123"`}},
		{name: "full name 123", yaml: `fullnameOverride: "123"`, refused: "/fullnameOverride"},
		{name: "name as a number", yaml: "nameOverride: 123", refused: "/nameOverride"},
		{name: "name with capitals", yaml: "nameOverride: Thulium", refused: "/nameOverride"},
		{name: "label true", yaml: `commonLabels: {a: "true", b: "123", c: "1e3", d: ""}`},
		{name: "label as a boolean", yaml: "commonLabels: {a: true}", refused: "/commonLabels/a"},
		{name: "label with a space", yaml: "podLabels: {a: b c}", refused: "/podLabels/a"},
		{name: "labels of the chart", yaml: "{commonLabels: {app.kubernetes.io/name: x}, podLabels: {app.kubernetes.io/instance: x}}"},
		{name: "one label twice", yaml: "{commonLabels: {team: a}, podLabels: {team: b}, service: {labels: {team: c}}}"},
		{name: "annotation with a colon", yaml: `{podAnnotations: {a: "b: c #d"}, service: {annotations: {a: "true"}}, annotations: {a: "1"}}`},
		{name: "annotation as a number", yaml: "podAnnotations: {a: 1}", refused: "/podAnnotations/a"},
		{name: "node selector true", yaml: `nodeSelector: {a: "true"}`},
		{name: "priority class as a number", yaml: "priorityClassName: 1", refused: "/priorityClassName"},
		{name: "environment true", yaml: `extraEnv: [{name: A, value: "true"}]`},
		{name: "environment as a boolean", yaml: "extraEnv: [{name: A, value: true}]", refused: "/extraEnv/0/value"},
		{name: "Secret true", yaml: `passwords: {existingSecret: "true"}`},
		{name: "Secret 123", yaml: `passwords: {existingSecret: "123"}`},
		{name: "password true", base: "{thulium: {url: https://a.b, username: u}}", yaml: `passwords: {create: {password: "true"}}`},
		{name: "password with everything", base: "{thulium: {url: https://a.b, username: u}}", yaml: `passwords: {create: {password: "a: b #c\n\"'{{ }}"}}`},
		{name: "password as a number", base: "{thulium: {url: https://a.b, username: u}}", yaml: "passwords: {create: {password: 123}}", refused: "/passwords/create/password"},
		{name: "password under another key", base: "{thulium: {url: https://a.b, username: u}}", yaml: "passwords: {create: {other: x}}", refused: "lacks the key password"},

		// Images.
		{name: "tag as a number", yaml: "image: {tag: 1.10}", refused: "/image/tag"},
		{name: "tag with digits", yaml: `image: {tag: "1.10"}`, has: []string{`image: "thulium_exporter:1.10"`}},
		{name: "tag of a commit", yaml: `image: {tag: "1234567"}`, has: []string{`image: "thulium_exporter:1234567"`}},
		{name: "tag with a plus", yaml: `image: {tag: "1.2.3+5"}`, refused: "/image/tag"},
		{name: "registry", yaml: "image: {registry: registry.example.com:5000}", has: []string{`image: "registry.example.com:5000/thulium_exporter:latest"`}},
		{name: "registry with a slash", yaml: "image: {registry: registry.example.com/}", has: []string{`image: "registry.example.com/thulium_exporter:latest"`}},
		{name: "registry of all charts", yaml: "global: {imageRegistry: registry.example.com, imagePullSecrets: [{name: g}]}", has: []string{`image: "registry.example.com/thulium_exporter:latest"`, "- name: g"}},
		{name: "tag within the repository", yaml: "image: {repository: a/b:1.2}", refused: "/image/repository"},
		{name: "registry with a port within the repository", yaml: "image: {repository: registry.example.com:5000/a}", has: []string{`image: "registry.example.com:5000/a:latest"`}},
		{name: "registry within the repository", yaml: "image: {repository: registry.example.com/a/b}", has: []string{`image: "registry.example.com/a/b:latest"`}},
		{name: "digest and tag", yaml: `image: {tag: x, digest: "sha256:` + strings.Repeat("0", 64) + `"}`, has: []string{"thulium_exporter@sha256:0"}},
		{name: "short digest", yaml: "image: {digest: sha256:0}", refused: "/image/digest"},
		{name: "pull policy", yaml: "image: {pullPolicy: Sometimes}", refused: "/image/pullPolicy"},
		{name: "pull policy of Kubernetes", yaml: `image: {pullPolicy: ""}`, hasNot: []string{"imagePullPolicy"}},

		// Scrapes.
		{name: "system of the URL", yaml: "serviceMonitor: {enabled: true}", has: []string{`{targetLabel: system, replacement: "acme"}`, "{targetLabel: job, replacement: thulium}"}},
		{name: "system by its name", yaml: "{thulium: {system: ACME}, serviceMonitor: {enabled: true}}", has: []string{`replacement: "ACME"`}},
		{name: "system of the demo", base: "{demo: true}", yaml: "serviceMonitor: {enabled: true}", has: []string{`replacement: "demo"`}},
		{name: "system of a configuration", base: oneConfigured, yaml: "serviceMonitor: {enabled: true}", has: []string{`replacement: "a1"`}},
		{name: "systems of a Secret", base: manySystems, yaml: "serviceMonitor: {enabled: true}", hasNot: []string{"targetLabel: system"}},
		{name: "job with another name", yaml: "{nameOverride: calls, serviceMonitor: {enabled: true}}", has: []string{"{targetLabel: job, replacement: thulium}"}},
		{name: "job of a ScrapeConfig", base: manySystems, yaml: "{nameOverride: calls, scrapeConfig: {enabled: true}}", has: []string{"jobName: thulium\n"}},
		{name: "component of all objects", yaml: "{commonLabels: {app.kubernetes.io/component: exporter}, serviceMonitor: {enabled: true}}"},
		{name: "component of the Service", base: manySystems, yaml: "{service: {labels: {app.kubernetes.io/component: exporter}}, sharding: {enabled: true}, serviceMonitor: {enabled: true}, scrapeConfig: {enabled: true}}"},
		{name: "limit of samples", yaml: "serviceMonitor: {enabled: true, sampleLimit: 1000000}", has: []string{"sampleLimit: 1000000\n"}},
		{name: "limit of samples of many", base: manySystems, yaml: "scrapeConfig: {enabled: true, sampleLimit: 50000}", has: []string{"sampleLimit: 50000\n"}},
		{name: "long timeout", yaml: "serviceMonitor: {enabled: true, interval: 15s}", refused: "serviceMonitor.scrapeTimeout 40s is longer"},
		{name: "long timeout in minutes", base: manySystems, yaml: "scrapeConfig: {enabled: true, interval: 1m30s, scrapeTimeout: 2m}", refused: "scrapeConfig.scrapeTimeout 2m is longer"},
		{name: "interval in hours", yaml: "serviceMonitor: {enabled: true, interval: 1h, scrapeTimeout: 1m}"},
		{name: "interval of Prometheus", yaml: `serviceMonitor: {enabled: true, interval: "", scrapeTimeout: ""}`, hasNot: []string{"scrapeTimeout"}},
		{name: "interval as a number", yaml: "serviceMonitor: {enabled: true, interval: 60}", refused: "/serviceMonitor/interval"},
		{name: "ScrapeConfig for one system", yaml: "scrapeConfig: {enabled: true}", refused: "scrapeConfig is for many systems"},

		// Rules.
		{name: "no runbooks", yaml: "prometheusRule: {enabled: true}", hasNot: []string{"runbook_url", "dashboard_url", "ThuliumCampaignDeparted"}},
		{name: "runbooks", yaml: "prometheusRule: {enabled: true, runbookUrl: https://example.com/r/}", has: []string{"runbook_url: https://example.com/r/ThuliumApiDown.md"}},
		{name: "dashboard", yaml: "prometheusRule: {enabled: true, dashboardUrl: https://example.com/d}", has: []string{"dashboard_url: https://example.com/d"}},
		{name: "departed campaigns", yaml: "prometheusRule: {enabled: true, departed: true}", has: []string{"ThuliumCampaignDeparted"}},
		{name: "thresholds", yaml: "stall: {after: 3h, until: 97.5}", args: []string{"--stall.after=3h", "--stall.until=97.5"}},
		{name: "threshold of many systems", base: manySystems, yaml: "stall: {after: 3h}", refused: "stall is for one system"},
		{name: "threshold above 100", yaml: "stall: {until: 101}", refused: "stall.until must be above 0"},
		{name: "threshold in quotes", yaml: `stall: {until: "98"}`, refused: "write it without quotes"},
		{name: "no time at all", yaml: "stall: {after: 0s}", refused: "write business time from 1m"},
		{name: "years", yaml: "stall: {after: 9000h}", refused: "write business time from 1m"},
		{name: "an alert less", yaml: "prometheusRule: {enabled: true, disabled: [ThuliumCampaignEmpty]}", has: []string{"ThuliumCampaignStalled"}, hasNot: []string{"ThuliumCampaignEmpty"}},
		{name: "an unknown alert less", yaml: "prometheusRule: {enabled: true, disabled: [ThuliumEmpty]}", refused: "there is no alert ThuliumEmpty"},

		{name: "messages", yaml: "messages: {enabled: true, labels: {a: b}, namespace: other}", has: []string{"thulium.pl.tmpl", "namespace: \"other\""}},
		{name: "misspelt messages", yaml: "messages: {enable: true}", refused: "enable"},
		{name: "values of an earlier chart", yaml: "messages: null", hasNot: []string{"thulium.pl.tmpl"}},

		// The network.
		{name: "no ports", yaml: "networkPolicy: {enabled: true, ports: []}", has: []string{"- {port: 443, protocol: TCP}"}},
		{name: "no ports of many systems", base: manySystems, yaml: "networkPolicy: {enabled: true, ports: []}", hasNot: []string{"443"}},
		{name: "port of the URL", yaml: "{thulium: {url: https://acme.thulium.com:8443/x}, networkPolicy: {enabled: true}}", has: []string{"- {port: 443, protocol: TCP}\n        - {port: 8443, protocol: TCP}"}},
		{name: "ingress", yaml: "ingress: {enabled: true, host: thulium.example.com, path: /thulium/, className: nginx, tlsSecret: s}", has: []string{"kind: Ingress", `ingressClassName: "nginx"`, `secretName: "s"`}, args: []string{"--web.external-url=https://thulium.example.com/thulium"}},
		{name: "ingress without a host", yaml: "ingress: {enabled: true}", refused: "ingress.host is missing"},
		{name: "ingress with TLS behind it", yaml: "{ingress: {enabled: true, host: a.b}, web: {tls: true, existingSecret: s}}", refused: "an ingress reaches the exporter by http"},
		{name: "no ports but a peer", yaml: "networkPolicy: {enabled: true, ports: [], extraEgress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}"},
		{name: "ports null", yaml: "networkPolicy: {enabled: true, ports: null}"},
		{name: "port as a string", yaml: `networkPolicy: {enabled: true, ports: ["443"]}`, refused: "/networkPolicy/ports/0"},
		{name: "port 0", yaml: "networkPolicy: {enabled: true, ports: [0]}", refused: "/networkPolicy/ports/0"},
		{name: "empty egress rule", yaml: "networkPolicy: {enabled: true, extraEgress: [{}]}", refused: "/networkPolicy/extraEgress/0"},
		{name: "egress to nobody", yaml: "networkPolicy: {enabled: true, extraEgress: [{to: []}]}", refused: "/networkPolicy/extraEgress/0/to"},
		{name: "egress by no port", yaml: "networkPolicy: {enabled: true, extraEgress: [{ports: []}]}", refused: "/networkPolicy/extraEgress/0/ports"},
		{name: "empty peer", yaml: "networkPolicy: {enabled: true, from: [{}]}", refused: "/networkPolicy/from/0"},
		{name: "DNS", yaml: "{dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.53]}, hostAliases: [{ip: 192.0.2.1, hostnames: [a.b]}]}"},
		{name: "DNS policy", yaml: "dnsPolicy: Sometimes", refused: "/dnsPolicy"},

		// Names.
		{name: "long release", release: strings.Repeat("r", 53)},
		{name: "long release with shards", release: strings.Repeat("r", 53), base: manySystems, yaml: "{sharding: {enabled: true}, scrapeConfig: {enabled: true}, serviceMonitor: {enabled: true}, replicaCount: 3, state: {enabled: true}}"},
		{name: "long release with everything", release: strings.Repeat("r", 52) + "1", yaml: "{serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboards: {enabled: true}, networkPolicy: {enabled: true}, podDisruptionBudget: {enabled: true}, state: {enabled: true}}"},
		{name: "long full name", yaml: "fullnameOverride: " + strings.Repeat("f", 63)},
		{name: "too long full name", yaml: "fullnameOverride: " + strings.Repeat("f", 64), refused: "/fullnameOverride"},
		{name: "release that begins with a digit", release: "1st", refused: "begins with a letter"},
		{name: "release that begins with a digit with another name", release: "1st", yaml: "fullnameOverride: first"},
		{name: "release with a dot", release: "thulium.prod", refused: "no dots"},
		{name: "release with a dot with another name", release: "thulium.prod", yaml: "fullnameOverride: thulium-prod"},
		{name: "release 123", release: "r123", yaml: `nameOverride: "1"`},

		// Files, volumes and replicas.
		{name: "configuration in a Secret", base: oneConfigured, has: []string{"thulium_exporter.yml: "}, hasNot: []string{"kind: ConfigMap"}},
		{name: "configuration without systems", base: `{config: "defaults: {poll_interval: 1m}"}`, refused: "config lists no systems"},
		{name: "configuration with an unknown key", base: `{config: "sytems: {}"}`, refused: "unknown key sytems"},
		{name: "configuration as a map", base: "{config: {systems: {a: {url: https://a.b}}}}", refused: `write "config: |"`},
		{name: "configuration that is no YAML", base: `{config: "systems: {correct-horse"}`, refused: "config is not a configuration file (line 1)"},
		{name: "configuration that is a list", base: `{config: "[correct-horse]"}`, refused: "config is not a configuration file (not a mapping)"},
		{name: "configuration with a secret as a key", base: `{config: "correct-horse: x"}`, refused: "an unknown key"},
		{name: "configuration with a number as a name", base: `{config: "systems: {00017: {url: https://a.b}}"}`, refused: "must be in quotes"},
		{name: "configuration with a number in quotes", base: `{config: "systems: {'00017': {url: https://a.b, basic_auth: {username: u, password: '0123'}}}"}`, yaml: "serviceMonitor: {enabled: true}", has: []string{`replacement: "00017"`}},
		{name: "key of the configuration", base: manySystems, yaml: "existingConfig: {key: a b}", refused: "/existingConfig/key"},
		{name: "state", yaml: "state: {enabled: true}", has: []string{"type: Recreate", `claimName: "thulium-thulium-exporter-state"`}, args: []string{"--state.file=/var/lib/thulium_exporter/state.json"}},
		{name: "state on a volume", yaml: "state: {enabled: true, existingClaim: c}", hasNot: []string{"kind: PersistentVolumeClaim"}},
		{name: "state with a strategy", yaml: "{state: {enabled: true}, strategy: {type: RollingUpdate}}", hasNot: []string{"Recreate"}},
		{name: "state of two replicas", yaml: "{state: {enabled: true}, replicaCount: 2}", refused: "replicas cannot share a state file"},
		{name: "size as a number", yaml: "state: {enabled: true, size: 100}", refused: "/state/size"},
		{name: "claim of shards", base: manySystems, yaml: "{sharding: {enabled: true}, state: {enabled: true, existingClaim: c}}", refused: "each shard has a volume of its own"},
		{name: "shards of one system", yaml: "sharding: {enabled: true}", refused: "sharding is for many systems"},
		{name: "no shards", base: manySystems, yaml: "{sharding: {enabled: true}, replicaCount: 0}", refused: "sharding needs a replica"},
		{name: "shards with a ServiceMonitor", base: manySystems, yaml: "{sharding: {enabled: true}, serviceMonitor: {enabled: true}}", refused: "set scrapeConfig.enabled too"},
		{name: "strategy without a type", yaml: "strategy: {rollingUpdate: {maxSurge: 1}}", refused: "/strategy"},
		{name: "replicas as a string", yaml: `replicaCount: "2"`, refused: "/replicaCount"},
		{name: "replicas as a fraction", yaml: "replicaCount: 1.5", refused: "/replicaCount"},
		{name: "unavailable", yaml: "podDisruptionBudget: {enabled: true, maxUnavailable: 50%}"},
		{name: "unavailable as text", yaml: "podDisruptionBudget: {enabled: true, maxUnavailable: half}", refused: "/podDisruptionBudget/maxUnavailable"},
		{name: "unavailable 101%", yaml: "podDisruptionBudget: {enabled: true, maxUnavailable: 101%}", refused: "/podDisruptionBudget/maxUnavailable"},
		{name: "containers", yaml: "{extraContainers: [{name: a, image: b}], initContainers: [{name: c, image: d}]}", has: []string{"initContainers:"}},
		{name: "container without image", yaml: "extraContainers: [{name: a}]", refused: "/extraContainers/0"},
		{name: "volume without source", yaml: "extraVolumes: [{name: a}]", refused: "/extraVolumes/0"},
		{name: "misspelt toleration", yaml: "tolerations: [{keyy: a}]", refused: "keyy"},
		{name: "misspelt affinity", yaml: "affinity: {podAfinity: {}}", refused: "podAfinity"},
		{name: "misspelt resources", yaml: "resources: {limit: {}}", refused: "limit"},
		{name: "misspelt security", yaml: "securityContext: {readonlyRootFilesystem: true}", refused: "readonlyRootFilesystem"},
		{name: "misspelt probe", yaml: "livenessProbe: {period: 1}", refused: "period"},
		{name: "no probes", yaml: "{livenessProbe: null, readinessProbe: null}", hasNot: []string{"livenessProbe", "readinessProbe"}},
		{name: "no resources", yaml: "resources: null", hasNot: []string{"resources"}},
		{name: "no security", yaml: "securityContext: null", refused: "securityContext"},
		{name: "TLS without a Secret", yaml: "web: {tls: true}", refused: "set web.existingSecret"},
		{name: "manifest without a kind", yaml: "extraManifests: [{a: b}]", refused: "/extraManifests/0"},

		{name: "spread over the pods", yaml: "topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]", has: []string{"labelSelector:\n            matchLabels:\n              app.kubernetes.io/instance: thulium\n              app.kubernetes.io/name: thulium-exporter\n"}},
		{name: "spread over other pods", yaml: "topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {team: x}}}]", has: []string{"labelSelector:\n            matchLabels:\n              team: x\n          maxSkew"}},

		// What to query.
		{name: "nothing", base: "{}", refused: "no Thulium system"},
		{name: "from the environment", base: "{}", yaml: "extraEnv: [{name: THULIUM_URL, value: https://a.b}, {name: THULIUM_USERNAME, value: u}, {name: THULIUM_PASSWORD, value: p}]"},
		{name: "two at once", yaml: "demo: true", refused: "exclude each other"},
		{name: "no password", base: "{thulium: {url: https://a.b, username: u}}", refused: "no password"},
		{name: "no user", base: "{thulium: {url: https://a.b}, passwords: {existingSecret: s}}", refused: "no user"},
		{name: "password in the URL", yaml: "thulium: {url: https://u:p@a.b}", refused: "/thulium/url"},
		{name: "URL with a new line", yaml: `thulium: {url: "https://a.b\n--x"}`, refused: "/thulium/url"},
		{name: "URL by http", yaml: "thulium: {url: http://acme.thulium.com}", refused: "set thulium.allowHttp=true"},
		{name: "URL by http on purpose", yaml: "thulium: {url: http://acme.thulium.com, allowHttp: true}", args: []string{"--thulium.allow-http"}},
		{name: "URL by http on the host", yaml: "thulium: {url: http://127.0.0.1:8080}"},
		{name: "URL with a query", yaml: `thulium: {url: "https://a.b/?x=1"}`, refused: "/thulium/url"},
		{name: "URL with a fragment", yaml: `thulium: {url: "https://a.b/#x"}`, refused: "/thulium/url"},
		{name: "URL with braces", yaml: `thulium: {url: "https://{{ .Values.host }}"}`, refused: "/thulium/url"},
		{name: "URL without a host", yaml: "thulium: {url: https:///api}", refused: "/thulium/url"},
		{name: "key that is a directory", yaml: `thulium: {passwordKey: ".."}`, refused: "/thulium/passwordKey"},
		{name: "two Secrets", yaml: "passwords: {create: {password: x}}", refused: "exclude each other: unset one"},
		{name: "environment alone", base: "{}", yaml: "extraEnv: [{name: A, value: b}]", refused: "no Thulium system"},
		{name: "address in the environment", yaml: "extraEnv: [{name: THULIUM_WEB_LISTEN_ADDRESS, value: ':1'}]", refused: "would move what the value service.port leads to"},
		{name: "business hours", yaml: `business: {timeZone: Europe/Berlin, hours: ["monday:friday 08:00-12:00,13:00-18:00", "saturday 09:00-13:00"], holidays: [de], closedDates: ["2026-12-31"], openDates: ["2026-12-13 10:00-16:00"]}`,
			args: []string{"--business.time-zone=Europe/Berlin", "--business.hours=saturday 09:00-13:00", "--business.holidays=de", "--business.closed-date=2026-12-31", "--business.open-date=2026-12-13 10:00-16:00"}},
		{name: "business hours of many", base: manySystems, yaml: "business: {holidays: [de]}", refused: "in a configuration set allow_http and business_hours"},
		{name: "business hours as a string", yaml: `business: {hours: "monday:friday 08:00-20:00"}`, refused: "/business/hours"},
		{name: "revisions", yaml: "revisionHistoryLimit: 2", has: []string{"revisionHistoryLimit: 2"}},
		{name: "URL without a scheme", yaml: "thulium: {url: acme.thulium.com}", refused: "/thulium/url"},
		{name: "poll of many systems", base: manySystems, yaml: "poll: {interval: 1m}", refused: "poll is for one system"},
		{name: "duration with a space", yaml: "poll: {interval: 1 m}", refused: "/poll/interval"},
		{name: "duration as a number", yaml: "thulium: {timeout: 30}", refused: "/thulium/timeout"},
		{name: "user in the environment", base: "{thulium: {url: https://a.b}, passwords: {existingSecret: s}}", yaml: "extraEnv: [{name: THULIUM_USERNAME, value: u}]"},
		{name: "thresholds of the demo", base: "{demo: true}", yaml: "stall: {after: 3h}", refused: "unset stall"},
		{name: "state of the demo", base: "{demo: true}", yaml: "state: {enabled: true}", refused: "unset stall and state.enabled"},
		{name: "timeout of the demo", base: "{demo: true}", yaml: "thulium: {timeout: 20s}"},
		{name: "age of the demo", base: "{demo: true}", yaml: "poll: {maxAge: 20s}", args: []string{"--poll.max-age=20s"}},
		{name: "timeout of many systems", base: manySystems, yaml: "thulium: {timeout: 20s}", refused: "thulium.timeout is for one system"},
		{name: "diagnosis", yaml: "thulium: {diagnose: true}", args: []string{"--thulium.diagnose"}},
		{name: "no diagnosis", hasNot: []string{"diagnose"}},
		{name: "diagnosis of the demo", base: "{demo: true}", yaml: "thulium: {diagnose: true}", hasNot: []string{"diagnose"}},
		{name: "diagnosis of many systems", base: manySystems, yaml: "thulium: {diagnose: true}", refused: "thulium.diagnose is for one system"},
		{name: "diagnosis as text", yaml: `thulium: {diagnose: "yes"}`, refused: "/thulium/diagnose"},
		{name: "diagnosis as a flag", yaml: "extraArgs: [--thulium.diagnose]", refused: "use that"},
		{name: "timeout that is too long", yaml: "thulium: {timeout: 5m1s}", refused: "thulium.timeout must be at most 5m"},
		{name: "longest timeout", yaml: "thulium: {timeout: 5m}", args: []string{"--thulium.timeout=5m"}},
		{name: "age without polling", yaml: "poll: {maxAge: 3m}", refused: "poll.maxAge has no effect"},
		{name: "age below the interval", yaml: "poll: {interval: 1m30s, maxAge: 1m}", refused: "poll.maxAge 1m is shorter than poll.interval 1m30s"},
		{name: "polling all the time", yaml: "poll: {interval: 500ms}", refused: "poll.interval must be at least 1s"},
		{name: "polling in milliseconds", yaml: "poll: {interval: 1500ms}", args: []string{"--poll.interval=1500ms"}},
		{name: "no polling", yaml: "poll: {interval: 0s, maxAge: 0s}"},
		{name: "reloading all the time", base: manySystems, yaml: "reloadInterval: 500ms", refused: "reloadInterval must be at least 1s"},
		{name: "reloading never", base: manySystems, yaml: "reloadInterval: 0s", refused: "reloadInterval must be at least 1s"},
		{name: "restarting instead of reloading", base: oneConfigured, yaml: `reloadInterval: ""`, has: []string{"checksum/config"}},
		{name: "misspelt value", yaml: "thulium: {ulr: x}", refused: "ulr"},
		{name: "misspelt group", yaml: "prometeusRule: {}", refused: "prometeusRule"},
	}
}

// TestChartValues: each set does what its line says.
func TestChartValues(t *testing.T) {
	t.Parallel()
	for _, v := range oddValues() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			out, err := v.template(t)
			switch {
			case v.refused != "" && (err == nil || !strings.Contains(out, v.refused)):
				t.Fatalf("got %v %s\nwant %q", err, out, v.refused)
			case v.refused != "":
				return
			case err != nil:
				t.Fatalf("%s\n%s", err, out)
			}
			checkValid(t, decode(t, out))
			checkStarts(t, decode(t, out))
			for _, arg := range v.args {
				if args := podOf(t, decode(t, out)).Containers[0].Args; !slices.Contains(args, arg) {
					t.Errorf("no argument %q in %q", arg, args)
				}
			}
			for _, want := range v.has {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			for _, not := range v.hasNot {
				if strings.Contains(out, not) {
					t.Errorf("%q in\n%s", not, out)
				}
			}
		})
	}
}

// TestChartAnyValue puts null and awkward text in place of each value, and nothing
// in place of text: the chart refuses it in words, or renders something valid.
func TestChartAnyValue(t *testing.T) {
	t.Parallel()
	var standard map[string]any
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(repository, chart, "values.yaml"))), &standard); err != nil {
		t.Fatal(err)
	}
	everything := "{serviceMonitor: {enabled: true}, networkPolicy: {enabled: true}, podDisruptionBudget: {enabled: true}, prometheusRule: {enabled: true}, state: {enabled: true}}"
	for path, value := range leaves("", standard) {
		odd := map[string]string{"null": "null", "text": `"a: b #c\n- d"`}
		if text, ok := value.(string); ok && text != "" {
			odd["empty"] = `""`
		}
		for kind, text := range odd {
			t.Run(path+" "+kind, func(t *testing.T) {
				t.Parallel()
				v := values{yaml: everything}
				out, err := v.templateWith(t, nest(path, text))
				if err == nil {
					checkValid(t, decode(t, out))
					checkStarts(t, decode(t, out))
				} else if !clear(out, path) {
					t.Errorf("not a clear message:\n%s", out)
				}
			})
		}
	}
}

// leaves returns all values by their paths.
func leaves(prefix string, tree map[string]any) map[string]any {
	found := map[string]any{}
	for key, value := range tree {
		if below, ok := value.(map[string]any); ok && len(below) > 0 {
			found[prefix+key] = value
			maps.Copy(found, leaves(prefix+key+".", below))
			continue
		}
		found[prefix+key] = value
	}
	return found
}

// nest returns a set with one value.
func nest(path, value string) string {
	keys := strings.Split(path, ".")
	return "{" + strings.Join(keys, ": {") + ": " + value + strings.Repeat("}", len(keys))
}

// clear: the message comes from the schema or from the chart, and names the value.
func clear(message, path string) bool {
	keys := strings.Split(path, ".")
	return strings.Contains(message, keys[len(keys)-1]) &&
		!regexp.MustCompile(`nil pointer|error calling (nindent|toYaml|printf)|wrong type|YAML parse error|panic`).MatchString(message)
}

// template returns what helm makes of the set, or its message.
func (v values) template(t *testing.T) (string, error) {
	t.Helper()
	return v.templateWith(t, "{}")
}

func (v values) templateWith(t *testing.T, more string) (string, error) {
	t.Helper()
	release, base, set := v.release, v.base, v.yaml
	if release == "" {
		release = "thulium"
	}
	if base == "" {
		base = oneSystem
	}
	if set == "" {
		set = "{}"
	}
	args := []string{"template", release, filepath.Join(repository, chart), "--namespace", "default"}
	for i, text := range []string{base, set, more} {
		path := filepath.Join(t.TempDir(), fmt.Sprint(i))
		place(t, path, text)
		args = append(args, "--values", path)
	}
	cmd := exec.CommandContext(t.Context(), tool(t, "helm"), args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return stderr.String(), err
	}
	return string(out), nil
}

// checkValid: a cluster would accept the objects, and they open nothing.
func checkValid(t *testing.T, objects map[string]any) {
	t.Helper()
	for name, object := range objects {
		accessor, err := meta.Accessor(object)
		if err != nil {
			t.Fatalf("%s: %s", name, err)
		}
		wrong := validation.IsDNS1123Subdomain(accessor.GetName())
		for _, value := range accessor.GetLabels() {
			wrong = append(wrong, validation.IsValidLabelValue(value)...)
		}
		for key := range accessor.GetAnnotations() {
			wrong = append(wrong, validation.IsQualifiedName(strings.ToLower(key))...)
		}
		switch o := object.(type) {
		case *corev1.Service:
			wrong = append(wrong, validation.IsDNS1035Label(o.Name)...)
		case *monitoringv1.ServiceMonitor:
			if n := countSelected(t, o, objects); n != 1 {
				wrong = append(wrong, fmt.Sprintf("selects %d Services, want 1", n))
			}
		case *appsv1.StatefulSet:
			if len(o.Name) > 52 {
				wrong = append(wrong, "too long for the labels of its pods")
			}
		case *networkingv1.NetworkPolicy:
			for _, rule := range o.Spec.Egress {
				if len(rule.Ports) == 0 && len(rule.To) == 0 {
					wrong = append(wrong, "a rule that opens everything")
				}
			}
		}
		if len(wrong) > 0 {
			t.Errorf("%s: %q", name, wrong)
		}
	}
	checkRestricted(t, podOf(t, objects))
}

// countSelected returns how many Services a ServiceMonitor selects.
func countSelected(t *testing.T, monitor *monitoringv1.ServiceMonitor, objects map[string]any) (n int) {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if service, ok := object.(*corev1.Service); ok && selector.Matches(labels.Set(service.Labels)) {
			n++
		}
	}
	return n
}
