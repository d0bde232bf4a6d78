{{/* Values that cannot work are refused, with what to do instead. */}}
{{- define "thulium-exporter.validate" -}}
{{- $v := .Values -}}
{{- include "thulium-exporter.validateConfig" . -}}
{{- $hasConfig := include "thulium-exporter.hasConfig" . -}}
{{- $ways := list $v.demo $v.thulium.url $v.config $v.existingConfig.secret | compact | len -}}
{{- if gt $ways 1 -}}
{{- fail "demo, thulium.url, config and existingConfig.secret exclude each other: set one" -}}
{{- end -}}
{{- $fromEnv := or $v.extraEnvFrom (include "thulium-exporter.hasEnv" (dict "root" . "names" (list "THULIUM_URL" "THULIUM_CONFIG_FILE"))) -}}
{{- if and (eq $ways 0) (not $fromEnv) -}}
{{- fail "no Thulium system: set thulium.url to its address, config for many systems, or demo=true to try the chart without an account" -}}
{{- end -}}
{{- if and $v.thulium.url (not $v.thulium.username) (not $v.extraEnv) (not $v.extraEnvFrom) -}}
{{- fail "no user: set thulium.username to the name of the API user" -}}
{{- end -}}
{{- if and $v.thulium.url (not (include "thulium-exporter.passwordSecret" .)) -}}
{{- fail "no password: set passwords.existingSecret to a Secret that holds it under the key thulium.passwordKey" -}}
{{- end -}}
{{- if and $v.thulium.url $v.passwords.create (not $v.passwords.existingSecret) (not (hasKey $v.passwords.create $v.thulium.passwordKey)) -}}
{{- fail (printf "no password: passwords.create lacks the key %s, which thulium.passwordKey names" $v.thulium.passwordKey) -}}
{{- end -}}
{{- if and $hasConfig (or $v.poll.interval $v.poll.maxAge) -}}
{{- fail "poll is for one system: in a configuration set poll_interval and poll_max_age in defaults or for a system" -}}
{{- end -}}
{{- if and $hasConfig $v.thulium.timeout -}}
{{- fail "thulium.timeout is for one system: in a configuration set timeout in defaults or for a system" -}}
{{- end -}}
{{- if and $hasConfig $v.thulium.diagnose -}}
{{- fail "thulium.diagnose is for one system: in a configuration set diagnose in defaults or for a system" -}}
{{- end -}}
{{- if and (hasPrefix "http:" $v.thulium.url) (not $v.thulium.allowHttp) (not (regexMatch "^http://(localhost|127\\.[0-9.]+)(:|/|$)" $v.thulium.url)) -}}
{{- fail "thulium.url: http would send the password unencrypted: use https, or set thulium.allowHttp=true" -}}
{{- end -}}
{{- if and $v.passwords.existingSecret $v.passwords.create -}}
{{- fail "passwords.existingSecret and passwords.create exclude each other: unset one of them" -}}
{{- end -}}
{{- if and $hasConfig (or $v.thulium.allowHttp $v.business.timeZone $v.business.hours $v.business.holidays $v.business.closedDates $v.business.openDates) -}}
{{- fail "thulium.allowHttp and business are for one system: in a configuration set allow_http and business_hours in defaults or for a system" -}}
{{- end -}}
{{- if and $v.demo (or $v.business.timeZone $v.business.hours $v.business.holidays $v.business.closedDates $v.business.openDates) -}}
{{- fail "the demo has business hours of its own: unset business" -}}
{{- end -}}
{{- if and $hasConfig (or $v.stall.after $v.stall.until) -}}
{{- fail "stall is for one system: in a configuration set stalled_after and stalled_until in defaults or for a system" -}}
{{- end -}}
{{- if and $v.demo (or $v.stall.after $v.stall.until $v.state.enabled) -}}
{{- fail "the demo has neither stall thresholds nor a state file: unset stall and state.enabled" -}}
{{- end -}}
{{- if and $v.web.tls (not $v.web.existingSecret) -}}
{{- fail "web.tls tells the probes that web.yml enables TLS: set web.existingSecret to the Secret with web.yml" -}}
{{- end -}}
{{- include "thulium-exporter.validateTimes" . -}}
{{- include "thulium-exporter.validateArgs" . -}}
{{- include "thulium-exporter.validateEnv" . -}}
{{- include "thulium-exporter.validateScrapes" . -}}
{{- include "thulium-exporter.validateWorkload" . -}}
{{- end -}}

{{/* config is text, so that nothing in it changes: in a map, Helm reads 00017 as the
     number 15. The exporter checks the rest. No message quotes the text, which may hold
     a password. */}}
{{- define "thulium-exporter.validateConfig" -}}
{{- $config := .Values.config -}}
{{- if kindIs "map" $config -}}
{{- fail "config is the text of the configuration file, not a map, which would turn 00017 into 15: write \"config: |\" and, below it, the file indented by two spaces, or use --set-file config=thulium_exporter.yml" -}}
{{- end -}}
{{- if $config -}}
{{- $read := $config | fromYaml -}}
{{- if hasKey $read "Error" -}}
{{- fail (printf "config is not a configuration file (%s): check its indentation, or run thulium_exporter --config.check on the file" (regexFind "line [0-9]+" $read.Error | default "not a mapping")) -}}
{{- end -}}
{{- range $key := keys $read | sortAlpha -}}
{{- if not (has $key (list "defaults" "systems")) -}}
{{- fail (printf "config has an unknown key %s: a configuration has defaults and systems" (regexFind "^[a-z_]{1,40}$" $key)) -}}
{{- end -}}
{{- end -}}
{{- if not (and (kindIs "map" $read.systems) $read.systems) -}}
{{- fail "config lists no systems: write at least one below the key systems" -}}
{{- end -}}
{{- range $name := keys $read.systems -}}
{{- if not (regexMatch (printf "(^|[\\s{,])[\"']?%s[\"']?\\s*:" (regexQuoteMeta $name)) $config) -}}
{{- fail "config: the name of a system that looks like a number must be in quotes" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The bounds of the exporter itself. A duration of zero is as good as none, except
     for reloading. */}}
{{- define "thulium-exporter.validateTimes" -}}
{{- $v := .Values -}}
{{- $interval := include "thulium-exporter.seconds" $v.poll.interval | int -}}
{{- if and (regexMatch "[1-9]" $v.poll.interval) (lt $interval 1) -}}
{{- fail "poll.interval must be at least 1s" -}}
{{- end -}}
{{- if regexMatch "[1-9]" $v.poll.maxAge -}}
{{- if and (not (regexMatch "[1-9]" $v.poll.interval)) (not $v.demo) (not $v.extraEnv) (not $v.extraEnvFrom) -}}
{{- fail "poll.maxAge has no effect without poll.interval: set both" -}}
{{- end -}}
{{- if lt (include "thulium-exporter.seconds" $v.poll.maxAge | int) $interval -}}
{{- fail (printf "poll.maxAge %s is shorter than poll.interval %s" $v.poll.maxAge $v.poll.interval) -}}
{{- end -}}
{{- end -}}
{{- with $v.stall.after -}}
{{- $after := include "thulium-exporter.seconds" . | int -}}
{{- if or (lt $after 60) (gt $after 604800) -}}
{{- fail (printf "stall.after %s: write business time from 1m to 168h, like 2h" .) -}}
{{- end -}}
{{- end -}}
{{- if and (kindIs "string" $v.stall.until) $v.stall.until -}}
{{- fail "stall.until is a number: write it without quotes, like 98" -}}
{{- end -}}
{{- if and (not (kindIs "string" $v.stall.until)) (or (le (float64 $v.stall.until) 0.0) (gt (float64 $v.stall.until) 100.0)) -}}
{{- fail "stall.until must be above 0 and at most 100, like 98" -}}
{{- end -}}
{{- if gt (include "thulium-exporter.seconds" $v.poll.interval | int) 86400 -}}
{{- fail "poll.interval must be at most 24h" -}}
{{- end -}}
{{- if gt (include "thulium-exporter.seconds" $v.thulium.timeout | int) 300 -}}
{{- fail "thulium.timeout must be at most 5m" -}}
{{- end -}}
{{- if and $v.reloadInterval (lt (include "thulium-exporter.seconds" $v.reloadInterval | int) 1) -}}
{{- fail "reloadInterval must be at least 1s, or empty to restart the pods instead" -}}
{{- end -}}
{{- end -}}

{{/* The name of an environment variable that extraEnv sets; empty: none of these. */}}
{{- define "thulium-exporter.hasEnv" -}}
{{- $names := .names -}}
{{- range .root.Values.extraEnv }}{{ if has .name $names }}{{ .name }}{{ end }}{{ end -}}
{{- end -}}

{{/* A flag that the chart sets, or whose place it knows, is not repeated. */}}
{{- define "thulium-exporter.validateArgs" -}}
{{- $own := dict "web.listen-address" "service.port" "web.systemd-socket" "service.port" "web.telemetry-path" "serviceMonitor" "web.config.file" "web.existingSecret" "web.external-url" "ingress" "log.level" "logLevel" "log.format" "logFormat" "state.file" "state.enabled" "config.file" "config or existingConfig.secret" "config.auto-reload-interval" "reloadInterval" "thulium.url" "thulium.url" "thulium.username" "thulium.username" "thulium.password-file" "passwords" "thulium.timeout" "thulium.timeout" "thulium.allow-http" "thulium.allowHttp" "thulium.diagnose" "thulium.diagnose" "poll.interval" "poll.interval" "poll.max-age" "poll.maxAge" "stall.after" "stall.after" "stall.until" "stall.until" "business.time-zone" "business.timeZone" -}}
{{- range .Values.extraArgs -}}
{{- $flag := regexFind "^--[^=]+" . | trimPrefix "--" -}}
{{- if hasKey $own $flag -}}
{{- fail (printf "extraArgs: --%s is what the value %s sets: use that" $flag (get $own $flag)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Nor is it by the environment, where that would move the port or the path. */}}
{{- define "thulium-exporter.validateEnv" -}}
{{- $moved := dict "THULIUM_WEB_LISTEN_ADDRESS" "service.port" "THULIUM_WEB_SYSTEMD_SOCKET" "service.port" "THULIUM_WEB_TELEMETRY_PATH" "serviceMonitor" -}}
{{- range .Values.extraEnv -}}
{{- if hasKey $moved .name -}}
{{- fail (printf "extraEnv: %s would move what the value %s leads to: unset it" .name (get $moved .name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.validateScrapes" -}}
{{- $v := .Values -}}
{{- if and $v.sharding.enabled $v.serviceMonitor.enabled (not $v.scrapeConfig.enabled) -}}
{{- fail "with sharding, a ServiceMonitor alone would scrape each system from each replica: set scrapeConfig.enabled too" -}}
{{- end -}}
{{- if and $v.scrapeConfig.enabled (not (include "thulium-exporter.hasConfig" .)) -}}
{{- fail "scrapeConfig is for many systems: set config or existingConfig.secret, or use serviceMonitor" -}}
{{- end -}}
{{- range $kind := list "serviceMonitor" "scrapeConfig" -}}
{{- $scrape := get $v $kind -}}
{{- $interval := include "thulium-exporter.seconds" $scrape.interval | int -}}
{{- $timeout := include "thulium-exporter.seconds" $scrape.scrapeTimeout | int -}}
{{- if and $scrape.enabled $scrape.interval (gt $timeout $interval) -}}
{{- fail (printf "%s.scrapeTimeout %s is longer than %s.interval %s" $kind $scrape.scrapeTimeout $kind $scrape.interval) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "thulium-exporter.validateWorkload" -}}
{{- $v := .Values -}}
{{- if and $v.ingress.enabled (not $v.ingress.host) -}}
{{- fail "ingress.host is missing: set it to the name under which people reach the status page" -}}
{{- end -}}
{{- if and $v.ingress.enabled $v.web.tls -}}
{{- fail "an ingress reaches the exporter by http: with web.tls use an Ingress of your own in extraManifests" -}}
{{- end -}}
{{- $fullname := include "thulium-exporter.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $fullname) -}}
{{- fail (printf "the name of a Service begins with a letter and has no dots, unlike %s: set fullnameOverride" $fullname) -}}
{{- end -}}
{{- if and $v.sharding.enabled (not (include "thulium-exporter.hasConfig" .)) -}}
{{- fail "sharding is for many systems: set config or existingConfig.secret" -}}
{{- end -}}
{{- if and $v.sharding.enabled (lt (int $v.replicaCount) 1) -}}
{{- fail "sharding needs a replica: set replicaCount to at least 1" -}}
{{- end -}}
{{- if and $v.state.enabled (gt (int $v.replicaCount) 1) (not $v.sharding.enabled) -}}
{{- fail "replicas cannot share a state file: set replicaCount=1, or state.enabled=false" -}}
{{- end -}}
{{- if and $v.state.existingClaim $v.sharding.enabled -}}
{{- fail "each shard has a volume of its own: leave state.existingClaim empty" -}}
{{- end -}}
{{- end -}}
