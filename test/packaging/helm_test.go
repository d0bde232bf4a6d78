package packaging_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	k8sjson "sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const chart = "deploy/helm/thulium-exporter"

// newObject returns an empty object of a kind that the chart may render.
func newObject(apiVersion, kind string) any {
	switch apiVersion + " " + kind {
	case "apps/v1 Deployment":
		return &appsv1.Deployment{}
	case "apps/v1 StatefulSet":
		return &appsv1.StatefulSet{}
	case "v1 Service":
		return &corev1.Service{}
	case "v1 ServiceAccount":
		return &corev1.ServiceAccount{}
	case "v1 ConfigMap":
		return &corev1.ConfigMap{}
	case "v1 PersistentVolumeClaim":
		return &corev1.PersistentVolumeClaim{}
	case "v1 Secret":
		return &corev1.Secret{}
	case "policy/v1 PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{}
	case "networking.k8s.io/v1 Ingress":
		return &networkingv1.Ingress{}
	case "networking.k8s.io/v1 NetworkPolicy":
		return &networkingv1.NetworkPolicy{}
	case "monitoring.coreos.com/v1 ServiceMonitor":
		return &monitoringv1.ServiceMonitor{}
	case "monitoring.coreos.com/v1 PrometheusRule":
		return &monitoringv1.PrometheusRule{}
	case "monitoring.coreos.com/v1alpha1 ScrapeConfig":
		return &monitoringv1alpha1.ScrapeConfig{}
	}
	return nil
}

// decode turns manifests into objects by "Kind name". A field that the API does
// not have is an error, and so is an object of the same name.
func decode(t *testing.T, manifests string) map[string]any {
	t.Helper()
	objects := map[string]any{}
	for _, document := range strings.Split(manifests, "\n---\n") {
		var head struct {
			APIVersion, Kind string
			Metadata         struct{ Name string }
		}
		if err := yaml.Unmarshal([]byte(document), &head); err != nil {
			t.Fatalf("%s\n%s", err, document)
		}
		if head.Kind == "" {
			continue // comments only
		}
		object, name := newObject(head.APIVersion, head.Kind), head.Kind+" "+head.Metadata.Name
		if object == nil || objects[name] != nil {
			t.Fatalf("%s %s is there twice or of no known kind", head.APIVersion, name)
		}
		if err := decodeStrictly(document, object); err != nil {
			t.Errorf("%s: %s\n%s", name, err, document)
		}
		objects[name] = object
	}
	return objects
}

// decodeStrictly is as strict as an API server: a boolean is no string, keys are
// spelt exactly, and none is there twice.
func decodeStrictly(document string, object any) error {
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return err
	}
	strict, err := k8sjson.UnmarshalStrict(text, object)
	return errors.Join(append(strict, err)...)
}

// render returns what the chart makes of values in its folder ci.
func render(t *testing.T, values string) map[string]any {
	t.Helper()
	return decode(t, helm(t, "template", "thulium", chart, "--namespace", "default", "--values", chart+"/ci/"+values+"-values.yaml"))
}

// helm returns the standard output only: links among the files of the chart
// are reported on the other one.
func helm(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, "helm"), args...)
	cmd.Dir = repository
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("helm %s: %s\n%s%s", args, err, out, &stderr)
	}
	return string(out)
}

// find returns the one object of a type.
func find[T any](t *testing.T, objects map[string]any) T {
	t.Helper()
	var found []T
	for _, object := range objects {
		if o, ok := object.(T); ok {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d objects of type %T, want one", len(found), *new(T))
	}
	return found[0]
}

// podOf returns the pods of what the chart runs.
func podOf(t *testing.T, objects map[string]any) corev1.PodSpec {
	t.Helper()
	for _, object := range objects {
		switch o := object.(type) {
		case *appsv1.Deployment:
			return o.Spec.Template.Spec
		case *appsv1.StatefulSet:
			return o.Spec.Template.Spec
		}
	}
	t.Fatal("nothing runs")
	return corev1.PodSpec{}
}

func TestChart(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repository, chart, "ci/*-values.yaml"))
	if err != nil || len(files) < 7 {
		t.Fatalf("got %q, %v; want at least seven sets of values", files, err)
	}
	for _, file := range files {
		values := strings.TrimSuffix(filepath.Base(file), "-values.yaml")
		t.Run(values, func(t *testing.T) {
			helm(t, "lint", "--strict", chart, "--values", mustAbs(t, file))
			objects := render(t, values)
			checkRestricted(t, podOf(t, objects))
			checkStarts(t, objects)
		})
	}
}

// checkRestricted: the pods satisfy the Pod Security level "restricted".
func checkRestricted(t *testing.T, pod corev1.PodSpec) {
	t.Helper()
	c := pod.Containers[0].SecurityContext
	if c == nil || pod.SecurityContext == nil || pod.SecurityContext.SeccompProfile == nil || c.Capabilities == nil {
		t.Fatalf("not restricted: %+v %+v", pod.SecurityContext, c)
	}
	is := func(value *bool, want bool) bool { return value != nil && *value == want }
	if user := pod.SecurityContext.RunAsUser; !is(pod.SecurityContext.RunAsNonRoot, true) || user != nil && *user == 0 ||
		pod.SecurityContext.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault ||
		!is(c.AllowPrivilegeEscalation, false) || !is(c.ReadOnlyRootFilesystem, true) || !slices.Equal(c.Capabilities.Drop, []corev1.Capability{"ALL"}) ||
		pod.HostNetwork || pod.HostPID || pod.HostIPC || !is(pod.AutomountServiceAccountToken, false) {
		t.Errorf("not restricted: %+v %+v", pod.SecurityContext, c)
	}
}

// checkStarts has the real binary check the arguments that the pod gives it,
// with the mounted files at a place of the test's.
func checkStarts(t *testing.T, objects map[string]any) {
	t.Helper()
	pod := podOf(t, objects)
	folder := t.TempDir()
	const systems = "systems: {a: {url: https://acme.thulium.com, basic_auth: {username: u, password: p}}}"
	for path, text := range map[string]string{
		"config/systems.yml": systems, "config/thulium_exporter.yml": systems, "web/web.yml": "",
		"passwords/password": "p", "passwords/acme": "p", "passwords/globex": "p",
	} {
		place(t, filepath.Join(folder, path), text)
	}
	for _, object := range objects {
		if o, ok := object.(*corev1.Secret); ok && o.Data["thulium_exporter.yml"] != nil {
			text := strings.ReplaceAll(string(o.Data["thulium_exporter.yml"]), "/etc/thulium_exporter", folder)
			place(t, filepath.Join(folder, "config/thulium_exporter.yml"), text)
		}
	}
	// The demo has no --config.check. It checks this after all flags are parsed,
	// and before it listens.
	last, want := "--config.check", "The configuration is valid"
	if slices.Contains(pod.Containers[0].Args, "demo") {
		last, want = "--web.max-requests=-1", "--web.max-requests: must not be negative"
	}
	cmd := exec.CommandContext(t.Context(), binary(t))
	for _, arg := range pod.Containers[0].Args {
		cmd.Args = append(cmd.Args, strings.ReplaceAll(arg, "/etc/thulium_exporter", folder))
	}
	cmd.Args = append(cmd.Args, last)
	for _, variable := range pod.Containers[0].Env {
		cmd.Env = append(cmd.Env, variable.Name+"="+strings.ReplaceAll(variable.Value, "/etc/thulium_exporter", folder))
	}
	if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), want) {
		t.Errorf("%s: got %s", cmd.Args, out)
	}
}

func place(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestChartPasswords: they are in Secrets and nowhere else.
func TestChartPasswords(t *testing.T) {
	for _, values := range []string{"created-secret", "many-systems"} {
		for name, object := range render(t, values) {
			text, err := yaml.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			_, secret := object.(*corev1.Secret)
			if !secret && (bytes.Contains(text, []byte("correct-horse")) || bytes.Contains(text, []byte("battery-staple"))) {
				t.Errorf("a password is in %s", name)
			}
		}
		secret, _ := render(t, values)["Secret thulium-thulium-exporter"].(*corev1.Secret)
		if secret == nil || !slices.ContainsFunc([]string{"password", "acme"}, func(key string) bool { return string(secret.Data[key]) == "correct-horse" }) {
			t.Errorf("%s: the Secret lacks the password: %v", values, secret)
		}
	}
}

// TestChartScrapes: Prometheus finds each system once.
func TestChartScrapes(t *testing.T) {
	var got []string
	for _, e := range find[*monitoringv1.ServiceMonitor](t, render(t, "many-systems")).Spec.Endpoints {
		got = append(got, fmt.Sprint(e.Path, e.Params["target"]))
	}
	if want := []string{"/metrics[]", "/probe[acme]", "/probe[globex]"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	objects := render(t, "sharded")
	if n := len(find[*monitoringv1.ServiceMonitor](t, objects).Spec.Endpoints); n != 1 {
		t.Errorf("with shards a ServiceMonitor has %d endpoints, want /metrics alone", n)
	}
	set := find[*appsv1.StatefulSet](t, objects)
	relabelings := find[*monitoringv1alpha1.ScrapeConfig](t, objects).Spec.RelabelConfigs
	address := strings.Replace(*relabelings[1].Replacement, "$1", "0", 1)
	if want := fmt.Sprintf("%s-0.%s.default.svc:10069", set.Name, set.Spec.ServiceName); address != want || relabelings[0].Modulus != int64(*set.Spec.Replicas) {
		t.Errorf("got address %s modulo %d, want %s modulo %d", address, relabelings[0].Modulus, want, *set.Spec.Replicas)
	}
	if objects["Service "+set.Spec.ServiceName] == nil {
		t.Errorf("no service %s gives the replicas their names", set.Spec.ServiceName)
	}
}

// TestChartRulesAndDashboards: the rules of the chart are those of deploy/prometheus, and
// the dashboards are those of dashboards.
func TestChartRulesAndDashboards(t *testing.T) {
	objects := render(t, "one-system")
	spec, err := yaml.Marshal(find[*monitoringv1.PrometheusRule](t, objects).Spec)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rules.yml")
	place(t, path, string(spec))
	want := command(t, "promtool", "check", "rules", "deploy/prometheus/thulium.rules.yml")
	got := command(t, "promtool", "check", "rules", path)
	if _, want, _ = strings.Cut(want, "\n"); !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	files, err := filepath.Glob(filepath.Join(repository, "dashboards/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %q, %v; want dashboards", files, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		object, _ := objects["ConfigMap thulium-thulium-exporter-"+strings.NewReplacer("_", "-", ".", "-").Replace(strings.TrimSuffix(name, ".json"))].(*corev1.ConfigMap)
		if object == nil || strings.TrimSpace(object.Data[name]) != strings.TrimSpace(read(t, file)) || len(read(t, file)) > 1<<20 {
			t.Errorf("%s is not in the chart as it is, or too long for a ConfigMap", name)
		}
	}
	checkPackage(t, files)
}

// TestChartMessages: the templates and the sample of the ConfigMap are those of
// deploy/alertmanager, and Alertmanager accepts them.
func TestChartMessages(t *testing.T) {
	objects := decode(t, helm(t, "template", "thulium", chart, "--set", "demo=true,messages.enabled=true"))
	messages, _ := objects["ConfigMap thulium-thulium-exporter-messages"].(*corev1.ConfigMap)
	if messages == nil {
		t.Fatalf("no ConfigMap in %v", objects)
	}
	folder := t.TempDir()
	for name, text := range messages.Data {
		if text != read(t, filepath.Join(repository, "deploy/alertmanager", name)) {
			t.Errorf("%s is not that of deploy/alertmanager", name)
		}
		place(t, filepath.Join(folder, name), text)
	}
	if out := command(t, "amtool", "check-config", folder+"/alertmanager.yml"); !strings.Contains(out, "templates") || len(messages.Data) < 4 {
		t.Errorf("got %s", out)
	}
}

// packageChart returns the package that make makes with these variables.
func packageChart(t *testing.T, variables ...string) string {
	t.Helper()
	dist := t.TempDir()
	command(t, "make", append([]string{"--silent", "chart", "DIST=" + dist}, variables...)...)
	packages, err := filepath.Glob(dist + "/*.tgz")
	if err != nil || len(packages) != 1 {
		t.Fatalf("got %q, %v; want one package", packages, err)
	}
	return packages[0]
}

// TestChartOwner: what only the owner knows comes from variables of make, and is absent
// without them.
func TestChartOwner(t *testing.T) {
	owned := packageChart(t, "MAINTAINER=Jan Kowalski <jan@example.com>", "HOMEPAGE=https://example.com/thulium",
		"SOURCE_URL=https://example.com/git", "RUNBOOK_URL=https://example.com/runbooks", "IMAGE=registry.example.com/exporter")
	var metadata struct {
		Home        string
		Sources     []string
		Maintainers []struct{ Name, Email string }
		Annotations map[string]string
	}
	if err := yaml.Unmarshal([]byte(helm(t, "show", "chart", owned)), &metadata); err != nil {
		t.Fatal(err)
	}
	if metadata.Home != "https://example.com/thulium" || !slices.Equal(metadata.Sources, []string{"https://example.com/git"}) ||
		len(metadata.Maintainers) != 1 || metadata.Maintainers[0].Name != "Jan Kowalski" || metadata.Maintainers[0].Email != "jan@example.com" ||
		!strings.Contains(metadata.Annotations["artifacthub.io/images"], "registry.example.com/exporter:") ||
		!strings.Contains(metadata.Annotations["artifacthub.io/links"], "https://example.com/git") {
		t.Errorf("got %+v", metadata)
	}
	rules := helm(t, "template", "thulium", owned, "--set", "demo=true,prometheusRule.enabled=true")
	if !strings.Contains(rules, "runbook_url: https://example.com/runbooks/ThuliumApiDown.md") {
		t.Error("the alerts do not link to the runbooks of the owner")
	}
	helm(t, "lint", "--strict", owned, "--set", "demo=true")
	plain := helm(t, "show", "chart", packageChart(t))
	for _, key := range []string{"home:", "sources:", "maintainers:", "artifacthub.io/images", "artifacthub.io/links"} {
		if strings.Contains(plain, key) {
			t.Errorf("%s is there although nobody set it:\n%s", key, plain)
		}
	}
}

// TestChartImage: the chart that make packages runs the image of the same make.
func TestChartImage(t *testing.T) {
	const image = "registry.example.com:5000/team/thulium_exporter"
	objects := decode(t, helm(t, "template", "thulium", packageChart(t, "IMAGE="+image), "--namespace", "default", "--set", "demo=true"))
	want := image + ":" + strings.TrimSpace(command(t, "make", "--silent", "--no-print-directory", "image-tag"))
	if got := podOf(t, objects).Containers[0].Image; got != want {
		t.Errorf("got image %s, want %s", got, want)
	}
}

// TestChartNotes: after an installation helm says what is still missing.
func TestChartNotes(t *testing.T) {
	for _, c := range []struct{ values, want string }{
		{"thulium.url=https://a.b,thulium.username=u,passwords.existingSecret=s", "Nothing scrapes it yet. With the Prometheus Operator set serviceMonitor.enabled=true"},
		{"existingConfig.secret=s", "Nothing scrapes it yet. With the Prometheus Operator set scrapeConfig.enabled=true"},
		{"existingConfig.secret=s,serviceMonitor.enabled=true,web.tls=true,web.existingSecret=w", "set serviceMonitor.tlsConfig to"},
		{"existingConfig.secret=s,serviceMonitor.enabled=true", "For several, set scrapeConfig.enabled=true"},
	} {
		if out := helm(t, "install", "--dry-run=client", "thulium", chart, "--set", c.values); !strings.Contains(out, c.want) {
			t.Errorf("%s: no %q in\n%s", c.values, c.want, out)
		}
	}
}

// checkPackage: what are links in the repository are files in the package.
func checkPackage(t *testing.T, dashboards []string) {
	t.Helper()
	folder := t.TempDir()
	helm(t, "package", chart, "--destination", folder)
	files := command(t, "sh", "-c", `tar -tzf "$1"/*.tgz`, "sh", folder)
	for _, file := range append(dashboards, "../thulium.rules.yml") {
		if !strings.Contains(files, filepath.Base(file)+"\n") {
			t.Errorf("%s is not in the package:\n%s", file, files)
		}
	}
}

// TestChartReadme: each value is in the table of the chart's README.
func TestChartReadme(t *testing.T) {
	var values map[string]any
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(repository, chart, "values.yaml"))), &values); err != nil {
		t.Fatal(err)
	}
	readme := read(t, filepath.Join(repository, chart, "README.md"))
	for value := range values {
		if !strings.Contains(readme, "`"+value) {
			t.Errorf("the README of the chart does not explain %s", value)
		}
	}
}

// TestKustomize: the plain manifests are those of the chart, and a base.
func TestKustomize(t *testing.T) {
	const file = "deploy/kubernetes/thulium-exporter.yaml"
	fresh := helm(t, "template", "thulium-exporter", chart, "--namespace", "monitoring", "--values", "deploy/kubernetes/values.yaml")
	cmd := exec.CommandContext(t.Context(), mustAbs(t, "plain.sh"))
	cmd.Stdin = strings.NewReader(fresh)
	if out, err := cmd.Output(); err != nil || string(out) != read(t, filepath.Join(repository, file)) {
		t.Errorf("%s is not what the chart makes now; run make manifests: %v", file, err)
	}
	objects := kustomize(t, filepath.Join(repository, "deploy/kubernetes"))
	pod, settings := podOf(t, objects), find[*corev1.ConfigMap](t, objects)
	checkRestricted(t, pod)
	if from := pod.Containers[0].EnvFrom[0].ConfigMapRef.Name; from != settings.Name || settings.Data["THULIUM_URL"] == "" {
		t.Errorf("the pod reads %s, the settings are in %s: %v", from, settings.Name, settings.Data)
	}
}

// kustomize returns the objects of a directory.
func kustomize(t *testing.T, directory string) map[string]any {
	t.Helper()
	result, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), directory)
	if err != nil {
		t.Fatal(err)
	}
	text, err := result.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(text))
}

// TestKustomizeOverlay runs the commands of the page, with programs that do nothing
// in place of make and kubectl, and builds the overlay that they write.
func TestKustomizeOverlay(t *testing.T) {
	elsewhere, programs := t.TempDir(), t.TempDir()
	for _, file := range []string{"kustomization.yaml", "thulium-exporter.yaml"} {
		place(t, filepath.Join(elsewhere, "deploy/kubernetes", file), read(t, filepath.Join(repository, "deploy/kubernetes", file)))
	}
	for _, name := range []string{"make", "kubectl"} {
		place(t, filepath.Join(programs, name), "#!/bin/sh\ncase $* in *image-tag*) echo 1.2.3 ;; esac\n")
		if err := os.Chmod(filepath.Join(programs, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script := ""
	for _, b := range blocks(t) {
		if b.section == "Kustomize" {
			script += b.text
		}
	}
	command(t, "env", "PATH="+programs+":"+os.Getenv("PATH"), "IMAGE=registry.example.org/team/exporter", "bash", "-euc", `cd "$1"; `+script, "bash", elsewhere)
	objects := kustomize(t, filepath.Join(elsewhere, "overlay"))
	container, settings := podOf(t, objects).Containers[0], find[*corev1.ConfigMap](t, objects)
	if want := "registry.example.org/team/exporter:1.2.3"; container.Image != want {
		t.Errorf("got image %s, want %s", container.Image, want)
	}
	if from := container.EnvFrom[0].ConfigMapRef.Name; from != settings.Name || len(settings.Data) != 3 {
		t.Errorf("the pod reads %s, the settings are in %s: %v", from, settings.Name, settings.Data)
	}
}
