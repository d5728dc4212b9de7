{{/* Labels of every object of the chart. */}}
{{- define "holdfast.labels" -}}
app.kubernetes.io/name: holdfast
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: holdfast
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Labels that select the pods of one component; never changed, as selectors cannot be. */}}
{{- define "holdfast.selector" -}}
app.kubernetes.io/name: holdfast
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "holdfast.hooksImage" -}}
{{ .Values.image.hooks.repository }}:{{ .Values.image.hooks.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "holdfast.moverImage" -}}
{{ .Values.image.mover.repository }}:{{ .Values.image.mover.tag | default .Chart.AppVersion }}
{{- end }}

{{/* What movers have whose record says nothing of it, as JSON; nothing where the values say nothing. */}}
{{- define "holdfast.moverDefaults" -}}
{{- $defaults := dict }}
{{- with .Values.mover.resources }}{{ $_ := set $defaults "resources" . }}{{ end }}
{{- with .Values.mover.runAs }}{{ $_ := set $defaults "runAs" . }}{{ end }}
{{- if $defaults }}{{ toJson $defaults }}{{ end }}
{{- end }}

{{/* Name of the Secret with the token that Metacontroller shows to the hooks. */}}
{{- define "holdfast.tokenSecret" -}}
{{ .Values.hooks.tokenSecret | default "holdfast-hooks-token" }}
{{- end }}

{{/*
The token, in base64. Made once: an upgrade keeps what is there. Two templates need the same one, so it is remembered while the chart is rendered.
*/}}
{{- define "holdfast.token" -}}
{{- if not (hasKey .Values "madeToken") -}}
{{- $existing := lookup "v1" "Secret" .Release.Namespace (include "holdfast.tokenSecret" .) -}}
{{- $_ := set .Values "madeToken" (dig "data" "token" (randAlphaNum 48 | b64enc) ($existing | default dict)) -}}
{{- end -}}
{{- .Values.madeToken -}}
{{- end }}

{{/*
A mark that changes with the token: Metacontroller reads it only when a controller starts, so whatever brings another one (a renewal, `helm rollback`)
has to start Metacontroller anew. None where the cluster is not asked (Argo CD): each rendering would have another. Who may install this may list namespaces.
*/}}
{{- define "holdfast.tokenMark" -}}
{{- if and (not .Values.hooks.tokenSecret) (lookup "v1" "Namespace" "" "").items -}}
{{- include "holdfast.token" . | sha256sum | trunc 16 -}}
{{- end -}}
{{- end }}

{{/* Pod Security "restricted", for pods and for containers. */}}
{{- define "holdfast.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "holdfast.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* "true" when VolumeSnapshots can be children. */}}
{{- define "holdfast.snapshots" -}}
{{- if eq .Values.snapshots.mode "auto" -}}
{{- if .Capabilities.APIVersions.Has "snapshot.storage.k8s.io/v1/VolumeSnapshot" }}true{{ end }}
{{- else if eq .Values.snapshots.mode "enabled" }}true{{ end }}
{{- end }}

{{/* Namespace and ServiceAccount of the Metacontroller that serves us. */}}
{{- define "holdfast.metacontrollerNamespace" -}}
{{ if .Values.metacontroller.install }}{{ .Release.Namespace }}{{ else }}{{ .Values.metacontroller.existing.namespace }}{{ end }}
{{- end }}

{{- define "holdfast.metacontrollerAccount" -}}
{{ if .Values.metacontroller.install }}holdfast-metacontroller{{ else }}{{ .Values.metacontroller.existing.serviceAccount }}{{ end }}
{{- end }}

{{/* Where pods go: the fields that hooks and metacontroller share. */}}
{{- define "holdfast.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Spread over nodes where that is possible. */}}
{{- define "holdfast.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "holdfast.selector" . | nindent 8 }}
{{- end }}

{{/* A pod's own kubeconfig needs the token of its ServiceAccount; the pull secrets belong to every pod. */}}
{{- define "holdfast.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}
