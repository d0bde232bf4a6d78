package zabbix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
)

// api calls the JSON API of the frontend.
type api struct {
	token string
}

type object map[string]any

// login logs in as the user of a new installation.
func (z *Zabbix) login(t *testing.T) {
	t.Helper()
	eventually(t, "logging in", func() error {
		return z.try(t, "user.login", object{"username": "Admin", "password": "zabbix"}, &z.token)
	})
}

// call calls a method that has to succeed.
func (z *Zabbix) call(t *testing.T, method string, params, result any) {
	t.Helper()
	if err := z.try(t, method, params, result); err != nil {
		t.Fatal(err)
	}
}

func (z *Zabbix) try(t *testing.T, method string, params, result any) error {
	t.Helper()
	call := object{"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
	if z.token != "" {
		call["auth"] = z.token
	}
	body, err := json.Marshal(call)
	check(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, z.URL+"/api_jsonrpc.php", bytes.NewReader(body))
	check(t, err)
	request.Header.Set("Content-Type", "application/json-rpc")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Result json.RawMessage
		Error  struct{ Message, Data string }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if answer.Error.Message != "" {
		return fmt.Errorf("%s: %s %s", method, answer.Error.Message, answer.Error.Data)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Result, result)
}

// load imports a file of templates as the frontend does with its default settings.
func (z *Zabbix) load(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	both := object{"createMissing": true, "updateExisting": true}
	all := object{"createMissing": true, "updateExisting": true, "deleteMissing": true}
	z.call(t, "configuration.import", object{"format": "yaml", "source": string(text), "rules": object{
		"groups": both, "templates": both, "valueMaps": all, "items": all, "triggers": all, "graphs": all,
		"discoveryRules": all, "templateDashboards": all,
	}}, nil)
}

// host makes a host with templates, by their visible names, and macros, by their
// names without THULIUM.
func (z *Zabbix) host(t *testing.T, name string, macros map[string]string, templates ...string) (id string) {
	t.Helper()
	var linked []object
	z.call(t, "template.get", object{"output": []string{"templateid"}, "filter": object{"name": templates}}, &linked)
	if len(linked) != len(templates) {
		t.Fatalf("of the templates %q there are %d", templates, len(linked))
	}
	var set []object
	for macro, value := range macros {
		set = append(set, object{"macro": "{$THULIUM." + macro + "}", "value": value})
	}
	var created struct{ HostIDs []string }
	z.call(t, "host.create", object{"host": name, "groups": []object{{"groupid": "2"}}, "templates": linked, "macros": set}, &created)
	return created.HostIDs[0]
}

// problem is what the page Problems shows of a problem.
type problem struct{ Severity, Name, Opdata string }

// problems returns what is wrong with a host now, the worst first.
func (z *Zabbix) problems(t *testing.T, host string) []problem {
	t.Helper()
	var all []problem
	z.call(t, "problem.get", object{"output": []string{"severity", "name", "opdata"}, "hostids": host}, &all)
	slices.SortFunc(all, func(a, b problem) int {
		return bytes.Compare([]byte(b.Severity+b.Name), []byte(a.Severity+a.Name))
	})
	return all
}

// item is the latest value of an item and what is wrong with it.
type item struct{ Key_, Name, LastValue, LastClock, State, Error string }

// items returns the items of a host by their keys.
func (z *Zabbix) items(t *testing.T, host string) map[string]item {
	t.Helper()
	var all []item
	z.call(t, "item.get", object{"output": []string{"key_", "name", "lastvalue", "lastclock", "state", "error"}, "hostids": host}, &all)
	byKey := make(map[string]item, len(all))
	for _, i := range all {
		byKey[i.Key_] = i
	}
	return byKey
}
