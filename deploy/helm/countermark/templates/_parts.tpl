{{- define "countermark.name" -}}
{{ printf "%s-countermark" .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "countermark.labels" -}}
app.kubernetes.io/name: countermark
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "countermark.claim" -}}
{{ .Values.persistence.existingClaim | default (printf "%s-home" (include "countermark.name" .)) }}
{{- end }}

{{/* What every pod has in common: the account, the volumes. */}}
{{- define "countermark.pod" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: home
    persistentVolumeClaim:
      claimName: {{ include "countermark.claim" . }}
  - name: tmp
    emptyDir: {}
{{- end }}

{{/* What every container has in common: the image, the settings, the secrets. */}}
{{- define "countermark.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
envFrom:
  - configMapRef:
      name: {{ include "countermark.name" . }}
  - secretRef:
      name: {{ .Values.existingSecret }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: home
    mountPath: /var/lib/countermark
  - name: tmp
    mountPath: /tmp
{{- end }}

{{/* The host of a probe has to be one the installation answers to: settings.yaml adds localhost. */}}
{{- define "countermark.probe" -}}
httpGet:
  path: {{ . }}
  port: http
  httpHeaders:
    - name: Host
      value: localhost
timeoutSeconds: 3
{{- end }}
