{{/* A probe. The web configuration may require a password, which the kubelet lacks. */}}
{{- define "thulium-exporter.probe" -}}
{{- if .root.Values.web.existingSecret }}
exec:
  command: [/thulium_exporter, health, "{{ include "thulium-exporter.scheme" .root }}://localhost:10069/-/{{ .endpoint }}"]
{{- else }}
httpGet: {path: /-/{{ .endpoint }}, port: http}
{{- end }}
{{ toYaml .settings }}
{{- end -}}

{{- define "thulium-exporter.pod" -}}
{{- $v := .Values -}}
{{- $annotations := merge (dict "kubectl.kubernetes.io/default-container" "thulium-exporter") ($v.podAnnotations | default dict) ($v.commonAnnotations | default dict) -}}
{{- if and $v.config (not $v.reloadInterval) -}}
{{- $_ := set $annotations "checksum/config" ($v.config | sha256sum) -}}
{{- end -}}
metadata:
  labels:
    {{- include "thulium-exporter.labels" (dict "root" . "labels" $v.podLabels) | nindent 4 }}
  annotations:
    {{- toYaml $annotations | nindent 4 }}
spec:
  serviceAccountName: {{ include "thulium-exporter.serviceAccountName" . | quote }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  securityContext:
    {{- toYaml $v.podSecurityContext | nindent 4 }}
  {{- with concat ($v.imagePullSecrets | default list) ((($v.global).imagePullSecrets) | default list) }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with $v.dnsPolicy }}
  dnsPolicy: {{ . | quote }}
  {{- end }}
  {{- range $field := list "dnsConfig" "hostAliases" "initContainers" "nodeSelector" "tolerations" "affinity" }}
  {{- with get $v $field }}
  {{ $field }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  containers:
    - name: thulium-exporter
      image: {{ include "thulium-exporter.image" . | quote }}
      {{- with $v.image.pullPolicy }}
      imagePullPolicy: {{ . }}
      {{- end }}
      args:
        {{- include "thulium-exporter.args" . | nindent 8 }}
      {{- with $v.extraEnv }}
      env:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - {name: http, containerPort: 10069}
      {{- with $v.livenessProbe }}
      livenessProbe:
        {{- include "thulium-exporter.probe" (dict "root" $ "endpoint" "healthy" "settings" .) | trim | nindent 8 }}
      {{- end }}
      {{- with $v.readinessProbe }}
      readinessProbe:
        {{- include "thulium-exporter.probe" (dict "root" $ "endpoint" "ready" "settings" .) | trim | nindent 8 }}
      {{- end }}
      securityContext:
        {{- toYaml $v.securityContext | nindent 8 }}
      {{- with $v.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "thulium-exporter.mounts" . | trim }}
      volumeMounts:
        {{- . | nindent 8 }}
      {{- end }}
    {{- with $v.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "thulium-exporter.volumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with $v.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- $selector := dict "matchLabels" (include "thulium-exporter.selectorLabels" $ | fromYaml) }}
    {{- range . }}
    - {{- toYaml (ternary . (merge (dict "labelSelector" $selector) .) (hasKey . "labelSelector")) | nindent 6 }}
    {{- end }}
  {{- end }}
{{- end -}}

{{- define "thulium-exporter.mounts" -}}
{{- if include "thulium-exporter.hasConfig" . }}
- {name: config, mountPath: /etc/thulium_exporter/config, readOnly: true}
{{- end }}
{{- if include "thulium-exporter.passwordSecret" . }}
- {name: passwords, mountPath: /etc/thulium_exporter/passwords, readOnly: true}
{{- end }}
{{- if .Values.web.existingSecret }}
- {name: web, mountPath: /etc/thulium_exporter/web, readOnly: true}
{{- end }}
{{- if .Values.state.enabled }}
- {name: state, mountPath: /var/lib/thulium_exporter}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Mode 288 is 0440. */}}
{{- define "thulium-exporter.volumes" -}}
{{- $fullname := include "thulium-exporter.fullname" . }}
{{- if include "thulium-exporter.hasConfig" . }}
- name: config
  secret: {secretName: {{ .Values.existingConfig.secret | default (printf "%s-config" $fullname) | quote }}, defaultMode: 288}
{{- end }}
{{- with include "thulium-exporter.passwordSecret" . }}
- name: passwords
  secret: {secretName: {{ . | quote }}, defaultMode: 288}
{{- end }}
{{- with .Values.web.existingSecret }}
- name: web
  secret: {secretName: {{ . | quote }}, defaultMode: 288}
{{- end }}
{{- if and .Values.state.enabled (not .Values.sharding.enabled) }}
- name: state
  persistentVolumeClaim: {claimName: {{ .Values.state.existingClaim | default (printf "%s-state" $fullname) | quote }}}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a claim for the state file requests. */}}
{{- define "thulium-exporter.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .Values.state.storageClass }}
storageClassName: {{ . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .Values.state.size | quote }}
{{- end -}}
