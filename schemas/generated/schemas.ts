/* Generated from schemas/ by `npm run generate`. Do not edit. */
export const SCHEMAS: Readonly<Record<'BackupPolicy' | 'Backup' | 'Restore' | 'BackupRepository' | 'ClusterBackupRepository' | 'Task' | 'Result', object>> = {
 "BackupPolicy": {
  "type": "object",
  "required": [
   "apiVersion",
   "kind",
   "metadata",
   "spec"
  ],
  "properties": {
   "metadata": {
    "type": "object",
    "required": [
     "name",
     "uid"
    ],
    "properties": {
     "name": {
      "type": "string",
      "minLength": 1
     },
     "uid": {
      "type": "string",
      "minLength": 1
     }
    }
   },
   "spec": {
    "type": "object",
    "required": [
     "selector"
    ],
    "properties": {
     "selector": {
      "type": "object",
      "properties": {
       "matchLabels": {
        "type": "object",
        "maxProperties": 50,
        "additionalProperties": {
         "type": "string",
         "maxLength": 63
        }
       },
       "matchExpressions": {
        "type": "array",
        "maxItems": 50,
        "items": {
         "type": "object",
         "required": [
          "key",
          "operator"
         ],
         "properties": {
          "key": {
           "type": "string",
           "minLength": 1,
           "maxLength": 317
          },
          "operator": {
           "type": "string",
           "enum": [
            "In",
            "NotIn",
            "Exists",
            "DoesNotExist"
           ]
          },
          "values": {
           "type": "array",
           "maxItems": 100,
           "items": {
            "type": "string",
            "maxLength": 63
           }
          }
         },
         "additionalProperties": false
        }
       }
      },
      "additionalProperties": false
     },
     "strategy": {
      "type": "string",
      "enum": [
       "snapshot",
       "external",
       "tar",
       "custom"
      ],
      "default": "tar"
     },
     "schedule": {
      "type": "string",
      "maxLength": 256,
      "pattern": "^[^\\s]+( [^\\s]+){4}$"
     },
     "timeZone": {
      "type": "string",
      "minLength": 1,
      "maxLength": 64,
      "default": "Etc/UTC"
     },
     "jitterSeconds": {
      "type": "integer",
      "minimum": 0,
      "maximum": 86400,
      "default": 0
     },
     "startingDeadlineSeconds": {
      "type": "integer",
      "minimum": 10,
      "maximum": 31536000
     },
     "concurrencyPolicy": {
      "type": "string",
      "enum": [
       "Forbid"
      ],
      "default": "Forbid"
     },
     "suspend": {
      "type": "boolean",
      "default": false
     },
     "retention": {
      "type": "object",
      "properties": {
       "maxBackups": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000
       },
       "maxAge": {
        "type": "string",
        "pattern": "^([0-9]+(w|d|h|m|s))+$",
        "maxLength": 32
       }
      },
      "additionalProperties": false
     },
     "failedHistoryLimit": {
      "type": "integer",
      "minimum": 0,
      "maximum": 100,
      "default": 5
     },
     "destination": {
      "type": "object",
      "properties": {
       "type": {
        "type": "string",
        "enum": [
         "s3",
         "nfs",
         "pvc"
        ]
       },
       "url": {
        "type": "string",
        "maxLength": 1024
       },
       "endpoint": {
        "type": "string",
        "maxLength": 512,
        "pattern": "^https?://[^/?#\\s]+/?$"
       },
       "region": {
        "type": "string",
        "maxLength": 64
       },
       "credentialsSecret": {
        "type": "string",
        "maxLength": 253,
        "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
       },
       "storageClass": {
        "type": "string",
        "enum": [
         "STANDARD",
         "STANDARD_IA",
         "ONEZONE_IA",
         "INTELLIGENT_TIERING",
         "GLACIER_IR",
         "GLACIER",
         "DEEP_ARCHIVE"
        ]
       }
      },
      "required": [
       "type",
       "url"
      ],
      "additionalProperties": false
     },
     "repositoryRef": {
      "type": "object",
      "required": [
       "name"
      ],
      "properties": {
       "kind": {
        "type": "string",
        "enum": [
         "BackupRepository",
         "ClusterBackupRepository"
        ],
        "default": "BackupRepository"
       },
       "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 253
       }
      },
      "additionalProperties": false
     },
     "snapshotClassName": {
      "type": "string",
      "maxLength": 253
     },
     "image": {
      "type": "string",
      "maxLength": 512
     },
     "custom": {
      "type": "object",
      "required": [
       "command"
      ],
      "properties": {
       "command": {
        "type": "array",
        "minItems": 1,
        "maxItems": 64,
        "items": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "restoreCommand": {
        "type": "array",
        "minItems": 1,
        "maxItems": 64,
        "items": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "env": {
        "type": "array",
        "maxItems": 64,
        "items": {
         "type": "object",
         "required": [
          "name"
         ],
         "properties": {
          "name": {
           "type": "string",
           "minLength": 1,
           "maxLength": 256
          },
          "value": {
           "type": "string",
           "maxLength": 32768
          },
          "secretKeyRef": {
           "type": "object",
           "required": [
            "name",
            "key"
           ],
           "properties": {
            "name": {
             "type": "string",
             "minLength": 1,
             "maxLength": 253
            },
            "key": {
             "type": "string",
             "minLength": 1,
             "maxLength": 253
            }
           },
           "additionalProperties": false
          }
         },
         "additionalProperties": false
        }
       }
      },
      "additionalProperties": false
     },
     "allowEmpty": {
      "type": "boolean",
      "default": false
     },
     "mover": {
      "type": "object",
      "properties": {
       "backoffLimit": {
        "type": "integer",
        "minimum": 0,
        "maximum": 10,
        "default": 3
       },
       "timeoutSeconds": {
        "type": "integer",
        "minimum": 30,
        "maximum": 604800,
        "default": 86400
       },
       "startupTimeoutSeconds": {
        "type": "integer",
        "minimum": 10,
        "maximum": 86400,
        "default": 600
       },
       "parallelism": {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 5
       },
       "compression": {
        "type": "string",
        "enum": [
         "zstd",
         "gzip",
         "none"
        ],
        "default": "zstd"
       },
       "resources": {
        "type": "object",
        "properties": {
         "requests": {
          "type": "object",
          "additionalProperties": {
           "type": "string",
           "maxLength": 32
          },
          "maxProperties": 8
         },
         "limits": {
          "type": "object",
          "additionalProperties": {
           "type": "string",
           "maxLength": 32
          },
          "maxProperties": 8
         }
        },
        "additionalProperties": false
       },
       "runAs": {
        "type": "string",
        "enum": [
         "root",
         "user"
        ],
        "default": "root"
       }
      },
      "additionalProperties": false
     },
     "pruneSchedule": {
      "type": "string",
      "maxLength": 256,
      "pattern": "^[^\\s]+( [^\\s]+){4}$",
      "default": "0 5 * * 0"
     }
    },
    "additionalProperties": false
   },
   "status": {
    "type": "object",
    "properties": {
     "observedGeneration": {
      "type": "integer"
     },
     "conditions": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "type",
        "status",
        "reason",
        "message",
        "lastTransitionTime"
       ],
       "properties": {
        "type": {
         "type": "string",
         "maxLength": 316
        },
        "status": {
         "type": "string",
         "enum": [
          "True",
          "False",
          "Unknown"
         ]
        },
        "observedGeneration": {
         "type": "integer"
        },
        "lastTransitionTime": {
         "type": "string",
         "format": "date-time"
        },
        "reason": {
         "type": "string",
         "maxLength": 1024
        },
        "message": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "additionalProperties": false
      }
     },
     "activeSchedule": {
      "type": "object",
      "required": [
       "key",
       "since"
      ],
      "properties": {
       "key": {
        "type": "string",
        "maxLength": 512
       },
       "since": {
        "type": "string",
        "format": "date-time"
       }
      },
      "additionalProperties": false
     },
     "nextScheduleTime": {
      "type": "string",
      "format": "date-time"
     },
     "lastScheduleTime": {
      "type": "string",
      "format": "date-time"
     },
     "lastSuccessfulTime": {
      "type": "string",
      "format": "date-time"
     },
     "missedSlots": {
      "type": "integer",
      "minimum": 0
     },
     "selectedVolumes": {
      "type": "integer",
      "minimum": 0
     },
     "storedBackupCount": {
      "type": "integer",
      "minimum": 0
     },
     "storedBackups": {
      "type": "array",
      "maxItems": 50,
      "items": {
       "type": "object",
       "required": [
        "name",
        "phase"
       ],
       "properties": {
        "name": {
         "type": "string",
         "maxLength": 253
        },
        "phase": {
         "type": "string",
         "maxLength": 32
        },
        "time": {
         "type": "string",
         "format": "date-time"
        },
        "bytes": {
         "type": "integer",
         "minimum": 0
        }
       },
       "additionalProperties": false
      }
     },
     "history": {
      "type": "array",
      "maxItems": 10,
      "items": {
       "type": "object",
       "required": [
        "backup",
        "status"
       ],
       "properties": {
        "backup": {
         "type": "string",
         "maxLength": 253
        },
        "job": {
         "type": "string",
         "maxLength": 63
        },
        "startTime": {
         "type": "string",
         "format": "date-time"
        },
        "completionTime": {
         "type": "string",
         "format": "date-time"
        },
        "status": {
         "type": "string",
         "maxLength": 32
        },
        "message": {
         "type": "string",
         "maxLength": 1024
        }
       },
       "additionalProperties": false
      }
     }
    },
    "additionalProperties": false
   }
  }
 },
 "Backup": {
  "type": "object",
  "required": [
   "apiVersion",
   "kind",
   "metadata",
   "spec"
  ],
  "properties": {
   "metadata": {
    "type": "object",
    "required": [
     "name",
     "uid"
    ],
    "properties": {
     "name": {
      "type": "string",
      "minLength": 1
     },
     "uid": {
      "type": "string",
      "minLength": 1
     }
    }
   },
   "spec": {
    "type": "object",
    "required": [
     "strategy",
     "volumes"
    ],
    "properties": {
     "policy": {
      "type": "string",
      "maxLength": 253
     },
     "slot": {
      "type": "string",
      "format": "date-time"
     },
     "missedSlots": {
      "type": "integer",
      "minimum": 0
     },
     "strategy": {
      "type": "string",
      "enum": [
       "snapshot",
       "external",
       "tar",
       "custom"
      ]
     },
     "volumes": {
      "type": "array",
      "maxItems": 500,
      "items": {
       "type": "string",
       "minLength": 1,
       "maxLength": 253
      }
     },
     "repositoryRef": {
      "type": "object",
      "required": [
       "name"
      ],
      "properties": {
       "kind": {
        "type": "string",
        "enum": [
         "BackupRepository",
         "ClusterBackupRepository"
        ],
        "default": "BackupRepository"
       },
       "name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 253
       }
      },
      "additionalProperties": false
     },
     "snapshotClassName": {
      "type": "string",
      "maxLength": 253
     },
     "image": {
      "type": "string",
      "maxLength": 512
     },
     "custom": {
      "type": "object",
      "required": [
       "command"
      ],
      "properties": {
       "command": {
        "type": "array",
        "minItems": 1,
        "maxItems": 64,
        "items": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "restoreCommand": {
        "type": "array",
        "minItems": 1,
        "maxItems": 64,
        "items": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "env": {
        "type": "array",
        "maxItems": 64,
        "items": {
         "type": "object",
         "required": [
          "name"
         ],
         "properties": {
          "name": {
           "type": "string",
           "minLength": 1,
           "maxLength": 256
          },
          "value": {
           "type": "string",
           "maxLength": 32768
          },
          "secretKeyRef": {
           "type": "object",
           "required": [
            "name",
            "key"
           ],
           "properties": {
            "name": {
             "type": "string",
             "minLength": 1,
             "maxLength": 253
            },
            "key": {
             "type": "string",
             "minLength": 1,
             "maxLength": 253
            }
           },
           "additionalProperties": false
          }
         },
         "additionalProperties": false
        }
       }
      },
      "additionalProperties": false
     },
     "allowEmpty": {
      "type": "boolean",
      "default": false
     },
     "mover": {
      "type": "object",
      "properties": {
       "backoffLimit": {
        "type": "integer",
        "minimum": 0,
        "maximum": 10,
        "default": 3
       },
       "timeoutSeconds": {
        "type": "integer",
        "minimum": 30,
        "maximum": 604800,
        "default": 86400
       },
       "startupTimeoutSeconds": {
        "type": "integer",
        "minimum": 10,
        "maximum": 86400,
        "default": 600
       },
       "parallelism": {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 5
       },
       "compression": {
        "type": "string",
        "enum": [
         "zstd",
         "gzip",
         "none"
        ],
        "default": "zstd"
       },
       "resources": {
        "type": "object",
        "properties": {
         "requests": {
          "type": "object",
          "additionalProperties": {
           "type": "string",
           "maxLength": 32
          },
          "maxProperties": 8
         },
         "limits": {
          "type": "object",
          "additionalProperties": {
           "type": "string",
           "maxLength": 32
          },
          "maxProperties": 8
         }
        },
        "additionalProperties": false
       },
       "runAs": {
        "type": "string",
        "enum": [
         "root",
         "user"
        ],
        "default": "root"
       }
      },
      "additionalProperties": false
     },
     "deletionPolicy": {
      "type": "string",
      "enum": [
       "Retain",
       "Delete"
      ],
      "default": "Retain"
     }
    },
    "additionalProperties": false
   },
   "status": {
    "type": "object",
    "properties": {
     "observedGeneration": {
      "type": "integer"
     },
     "conditions": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "type",
        "status",
        "reason",
        "message",
        "lastTransitionTime"
       ],
       "properties": {
        "type": {
         "type": "string",
         "maxLength": 316
        },
        "status": {
         "type": "string",
         "enum": [
          "True",
          "False",
          "Unknown"
         ]
        },
        "observedGeneration": {
         "type": "integer"
        },
        "lastTransitionTime": {
         "type": "string",
         "format": "date-time"
        },
        "reason": {
         "type": "string",
         "maxLength": 1024
        },
        "message": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "additionalProperties": false
      }
     },
     "phase": {
      "type": "string",
      "enum": [
       "New",
       "Queued",
       "Running",
       "Completed",
       "PartiallyFailed",
       "Failed",
       "Deleting"
      ]
     },
     "reason": {
      "type": "string",
      "maxLength": 128
     },
     "message": {
      "type": "string",
      "maxLength": 4096
     },
     "storeId": {
      "type": "string",
      "maxLength": 64
     },
     "startTime": {
      "type": "string",
      "format": "date-time"
     },
     "completionTime": {
      "type": "string",
      "format": "date-time"
     },
     "bytes": {
      "type": "integer",
      "minimum": 0
     },
     "files": {
      "type": "integer",
      "minimum": 0
     },
     "errors": {
      "type": "integer",
      "minimum": 0
     },
     "volumesSummary": {
      "type": "string",
      "maxLength": 32
     },
     "volumes": {
      "type": "array",
      "maxItems": 500,
      "items": {
       "type": "object",
       "required": [
        "pvc",
        "phase"
       ],
       "properties": {
        "pvc": {
         "type": "string",
         "maxLength": 253
        },
        "phase": {
         "type": "string",
         "enum": [
          "Pending",
          "Running",
          "Completed",
          "PartiallyFailed",
          "Failed",
          "Deleted"
         ]
        },
        "reason": {
         "type": "string",
         "maxLength": 128
        },
        "message": {
         "type": "string",
         "maxLength": 4096
        },
        "handle": {
         "type": "string",
         "maxLength": 2048
        },
        "snapshotName": {
         "type": "string",
         "maxLength": 253
        },
        "contentName": {
         "type": "string",
         "maxLength": 253
        },
        "driver": {
         "type": "string",
         "maxLength": 253
        },
        "jobName": {
         "type": "string",
         "maxLength": 63
        },
        "bytes": {
         "type": "integer",
         "minimum": 0
        },
        "bytesStored": {
         "type": "integer",
         "minimum": 0
        },
        "files": {
         "type": "integer",
         "minimum": 0
        },
        "errors": {
         "type": "integer",
         "minimum": 0
        },
        "sha256": {
         "type": "string",
         "maxLength": 64
        },
        "startTime": {
         "type": "string",
         "format": "date-time"
        },
        "completionTime": {
         "type": "string",
         "format": "date-time"
        },
        "size": {
         "type": "string",
         "maxLength": 32
        },
        "storageClassName": {
         "type": "string",
         "maxLength": 253
        },
        "accessModes": {
         "type": "array",
         "maxItems": 8,
         "items": {
          "type": "string",
          "maxLength": 32
         }
        },
        "labels": {
         "type": "object",
         "maxProperties": 50,
         "additionalProperties": {
          "type": "string",
          "maxLength": 63
         }
        },
        "volumeMode": {
         "type": "string",
         "enum": [
          "Block"
         ]
        }
       },
       "additionalProperties": false
      }
     },
     "deletion": {
      "type": "object",
      "properties": {
       "requestedBy": {
        "type": "string",
        "maxLength": 253
       },
       "reason": {
        "type": "string",
        "maxLength": 1024
       },
       "priorPhase": {
        "type": "string",
        "maxLength": 32
       },
       "failures": {
        "type": "integer",
        "minimum": 0
       }
      },
      "additionalProperties": false
     }
    },
    "additionalProperties": false
   }
  }
 },
 "Restore": {
  "type": "object",
  "required": [
   "apiVersion",
   "kind",
   "metadata",
   "spec"
  ],
  "properties": {
   "metadata": {
    "type": "object",
    "required": [
     "name",
     "uid"
    ],
    "properties": {
     "name": {
      "type": "string",
      "minLength": 1
     },
     "uid": {
      "type": "string",
      "minLength": 1
     }
    }
   },
   "spec": {
    "type": "object",
    "properties": {
     "backup": {
      "type": "string",
      "minLength": 1,
      "maxLength": 253
     },
     "policy": {
      "type": "string",
      "minLength": 1,
      "maxLength": 253
     },
     "asOf": {
      "type": "string",
      "format": "date-time"
     },
     "volumes": {
      "type": "array",
      "maxItems": 500,
      "items": {
       "type": "object",
       "required": [
        "source"
       ],
       "properties": {
        "source": {
         "type": "string",
         "minLength": 1,
         "maxLength": 253
        },
        "target": {
         "type": "string",
         "minLength": 1,
         "maxLength": 253
        },
        "storageClassName": {
         "type": "string",
         "maxLength": 253
        },
        "size": {
         "type": "string",
         "maxLength": 32,
         "pattern": "^[0-9]+(\\.[0-9]+)?(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$"
        },
        "labels": {
         "type": "object",
         "maxProperties": 50,
         "additionalProperties": {
          "type": "string",
          "maxLength": 63
         }
        }
       },
       "additionalProperties": false
      }
     },
     "mover": {
      "type": "object",
      "properties": {
       "backoffLimit": {
        "type": "integer",
        "minimum": 0,
        "maximum": 10,
        "default": 3
       },
       "timeoutSeconds": {
        "type": "integer",
        "minimum": 30,
        "maximum": 604800,
        "default": 86400
       },
       "startupTimeoutSeconds": {
        "type": "integer",
        "minimum": 10,
        "maximum": 86400,
        "default": 600
       },
       "parallelism": {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 5
       },
       "compression": {
        "type": "string",
        "enum": [
         "zstd",
         "gzip",
         "none"
        ],
        "default": "zstd"
       },
       "resources": {
        "type": "object",
        "properties": {
         "requests": {
          "type": "object",
          "additionalProperties": {
           "type": "string",
           "maxLength": 32
          },
          "maxProperties": 8
         },
         "limits": {
          "type": "object",
          "additionalProperties": {
           "type": "string",
           "maxLength": 32
          },
          "maxProperties": 8
         }
        },
        "additionalProperties": false
       },
       "runAs": {
        "type": "string",
        "enum": [
         "root",
         "user"
        ],
        "default": "root"
       }
      },
      "additionalProperties": false
     }
    },
    "additionalProperties": false
   },
   "status": {
    "type": "object",
    "properties": {
     "observedGeneration": {
      "type": "integer"
     },
     "conditions": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "type",
        "status",
        "reason",
        "message",
        "lastTransitionTime"
       ],
       "properties": {
        "type": {
         "type": "string",
         "maxLength": 316
        },
        "status": {
         "type": "string",
         "enum": [
          "True",
          "False",
          "Unknown"
         ]
        },
        "observedGeneration": {
         "type": "integer"
        },
        "lastTransitionTime": {
         "type": "string",
         "format": "date-time"
        },
        "reason": {
         "type": "string",
         "maxLength": 1024
        },
        "message": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "additionalProperties": false
      }
     },
     "phase": {
      "type": "string",
      "enum": [
       "New",
       "Running",
       "Completed",
       "PartiallyFailed",
       "Failed"
      ]
     },
     "reason": {
      "type": "string",
      "maxLength": 128
     },
     "message": {
      "type": "string",
      "maxLength": 4096
     },
     "backup": {
      "type": "string",
      "maxLength": 253
     },
     "startTime": {
      "type": "string",
      "format": "date-time"
     },
     "completionTime": {
      "type": "string",
      "format": "date-time"
     },
     "bytes": {
      "type": "integer",
      "minimum": 0
     },
     "files": {
      "type": "integer",
      "minimum": 0
     },
     "volumesSummary": {
      "type": "string",
      "maxLength": 32
     },
     "volumes": {
      "type": "array",
      "maxItems": 500,
      "items": {
       "type": "object",
       "required": [
        "source",
        "target",
        "phase"
       ],
       "properties": {
        "source": {
         "type": "string",
         "maxLength": 253
        },
        "target": {
         "type": "string",
         "maxLength": 253
        },
        "phase": {
         "type": "string",
         "enum": [
          "Pending",
          "Running",
          "Publishing",
          "Completed",
          "Failed"
         ]
        },
        "reason": {
         "type": "string",
         "maxLength": 128
        },
        "message": {
         "type": "string",
         "maxLength": 4096
        },
        "jobName": {
         "type": "string",
         "maxLength": 63
        },
        "temporaryClaim": {
         "type": "string",
         "maxLength": 63
        },
        "volumeName": {
         "type": "string",
         "maxLength": 253
        },
        "reclaimPolicy": {
         "type": "string",
         "maxLength": 32
        },
        "bytes": {
         "type": "integer",
         "minimum": 0
        },
        "files": {
         "type": "integer",
         "minimum": 0
        },
        "sha256": {
         "type": "string",
         "maxLength": 64
        },
        "startTime": {
         "type": "string",
         "format": "date-time"
        },
        "completionTime": {
         "type": "string",
         "format": "date-time"
        }
       },
       "additionalProperties": false
      }
     }
    },
    "additionalProperties": false
   }
  }
 },
 "BackupRepository": {
  "type": "object",
  "required": [
   "apiVersion",
   "kind",
   "metadata",
   "spec"
  ],
  "properties": {
   "metadata": {
    "type": "object",
    "required": [
     "name",
     "uid"
    ],
    "properties": {
     "name": {
      "type": "string",
      "minLength": 1
     },
     "uid": {
      "type": "string",
      "minLength": 1
     }
    }
   },
   "spec": {
    "type": "object",
    "properties": {
     "type": {
      "type": "string",
      "enum": [
       "s3",
       "nfs",
       "pvc"
      ]
     },
     "url": {
      "type": "string",
      "maxLength": 1024
     },
     "endpoint": {
      "type": "string",
      "maxLength": 512,
      "pattern": "^https?://[^/?#\\s]+/?$"
     },
     "region": {
      "type": "string",
      "maxLength": 64
     },
     "credentialsSecret": {
      "type": "string",
      "maxLength": 253,
      "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
     },
     "storageClass": {
      "type": "string",
      "enum": [
       "STANDARD",
       "STANDARD_IA",
       "ONEZONE_IA",
       "INTELLIGENT_TIERING",
       "GLACIER_IR",
       "GLACIER",
       "DEEP_ARCHIVE"
      ]
     }
    },
    "required": [
     "type",
     "url"
    ],
    "additionalProperties": false
   },
   "status": {
    "type": "object",
    "properties": {
     "observedGeneration": {
      "type": "integer"
     },
     "conditions": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "type",
        "status",
        "reason",
        "message",
        "lastTransitionTime"
       ],
       "properties": {
        "type": {
         "type": "string",
         "maxLength": 316
        },
        "status": {
         "type": "string",
         "enum": [
          "True",
          "False",
          "Unknown"
         ]
        },
        "observedGeneration": {
         "type": "integer"
        },
        "lastTransitionTime": {
         "type": "string",
         "format": "date-time"
        },
        "reason": {
         "type": "string",
         "maxLength": 1024
        },
        "message": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "additionalProperties": false
      }
     },
     "phase": {
      "type": "string",
      "enum": [
       "New",
       "Checking",
       "Ready",
       "Failed"
      ]
     },
     "reason": {
      "type": "string",
      "maxLength": 128
     },
     "message": {
      "type": "string",
      "maxLength": 4096
     },
     "checkedKey": {
      "type": "string",
      "maxLength": 64
     },
     "storeId": {
      "type": "string",
      "maxLength": 64
     },
     "resticId": {
      "type": "string",
      "maxLength": 64
     },
     "lastCheckTime": {
      "type": "string",
      "format": "date-time"
     },
     "failures": {
      "type": "integer",
      "minimum": 0
     }
    },
    "additionalProperties": false
   }
  }
 },
 "ClusterBackupRepository": {
  "type": "object",
  "required": [
   "apiVersion",
   "kind",
   "metadata",
   "spec"
  ],
  "properties": {
   "metadata": {
    "type": "object",
    "required": [
     "name",
     "uid"
    ],
    "properties": {
     "name": {
      "type": "string",
      "minLength": 1
     },
     "uid": {
      "type": "string",
      "minLength": 1
     }
    }
   },
   "spec": {
    "type": "object",
    "required": [
     "destination"
    ],
    "properties": {
     "destination": {
      "type": "object",
      "properties": {
       "type": {
        "type": "string",
        "enum": [
         "s3",
         "nfs",
         "pvc"
        ]
       },
       "url": {
        "type": "string",
        "maxLength": 1024
       },
       "endpoint": {
        "type": "string",
        "maxLength": 512,
        "pattern": "^https?://[^/?#\\s]+/?$"
       },
       "region": {
        "type": "string",
        "maxLength": 64
       },
       "credentialsSecret": {
        "type": "string",
        "maxLength": 253,
        "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
       },
       "storageClass": {
        "type": "string",
        "enum": [
         "STANDARD",
         "STANDARD_IA",
         "ONEZONE_IA",
         "INTELLIGENT_TIERING",
         "GLACIER_IR",
         "GLACIER",
         "DEEP_ARCHIVE"
        ]
       }
      },
      "required": [
       "type",
       "url"
      ],
      "additionalProperties": false
     },
     "allowedNamespaces": {
      "type": "array",
      "maxItems": 1000,
      "items": {
       "type": "string",
       "maxLength": 63
      }
     }
    },
    "additionalProperties": false
   },
   "status": {
    "type": "object",
    "properties": {
     "observedGeneration": {
      "type": "integer"
     },
     "conditions": {
      "type": "array",
      "items": {
       "type": "object",
       "required": [
        "type",
        "status",
        "reason",
        "message",
        "lastTransitionTime"
       ],
       "properties": {
        "type": {
         "type": "string",
         "maxLength": 316
        },
        "status": {
         "type": "string",
         "enum": [
          "True",
          "False",
          "Unknown"
         ]
        },
        "observedGeneration": {
         "type": "integer"
        },
        "lastTransitionTime": {
         "type": "string",
         "format": "date-time"
        },
        "reason": {
         "type": "string",
         "maxLength": 1024
        },
        "message": {
         "type": "string",
         "maxLength": 32768
        }
       },
       "additionalProperties": false
      }
     },
     "users": {
      "type": "integer",
      "minimum": 0
     }
    },
    "additionalProperties": false
   }
  }
 },
 "Task": {
  "type": "object",
  "required": [
   "operation",
   "strategy",
   "namespace",
   "store"
  ],
  "properties": {
   "operation": {
    "type": "string",
    "enum": [
     "backup",
     "restore",
     "delete",
     "check",
     "prune"
    ]
   },
   "strategy": {
    "type": "string",
    "enum": [
     "external",
     "tar",
     "custom"
    ]
   },
   "namespace": {
    "type": "string"
   },
   "backup": {
    "type": "string"
   },
   "run": {
    "type": "string"
   },
   "policy": {
    "type": "string"
   },
   "volume": {
    "type": "string"
   },
   "path": {
    "type": "string"
   },
   "time": {
    "type": "string",
    "format": "date-time"
   },
   "handle": {
    "type": "string"
   },
   "sha256": {
    "type": "string",
    "pattern": "^[0-9a-f]{64}$"
   },
   "points": {
    "type": "array",
    "items": {
     "type": "object",
     "required": [
      "volume"
     ],
     "properties": {
      "volume": {
       "type": "string"
      },
      "handle": {
       "type": "string"
      }
     },
     "additionalProperties": false
    }
   },
   "compression": {
    "type": "string",
    "enum": [
     "zstd",
     "gzip",
     "none"
    ]
   },
   "allowEmpty": {
    "type": "boolean"
   },
   "storeId": {
    "type": "string"
   },
   "resticId": {
    "type": "string"
   },
   "restic": {
    "type": "boolean"
   },
   "store": {
    "type": "object",
    "required": [
     "type"
    ],
    "properties": {
     "type": {
      "type": "string",
      "enum": [
       "s3",
       "directory"
      ]
     },
     "bucket": {
      "type": "string"
     },
     "prefix": {
      "type": "string"
     },
     "endpoint": {
      "type": "string"
     },
     "region": {
      "type": "string"
     },
     "storageClass": {
      "type": "string"
     },
     "path": {
      "type": "string"
     }
    },
    "additionalProperties": false
   }
  },
  "additionalProperties": false
 },
 "Result": {
  "type": "object",
  "required": [
   "operation",
   "ok"
  ],
  "properties": {
   "operation": {
    "type": "string",
    "enum": [
     "backup",
     "restore",
     "delete",
     "check",
     "prune"
    ]
   },
   "ok": {
    "type": "boolean"
   },
   "reason": {
    "type": "string"
   },
   "message": {
    "type": "string"
   },
   "handle": {
    "type": "string"
   },
   "bytes": {
    "type": "integer"
   },
   "bytesStored": {
    "type": "integer"
   },
   "files": {
    "type": "integer"
   },
   "errors": {
    "type": "integer"
   },
   "sha256": {
    "type": "string"
   },
   "storeId": {
    "type": "string"
   },
   "resticId": {
    "type": "string"
   },
   "deleted": {
    "type": "array",
    "items": {
     "type": "string"
    }
   },
   "errorSamples": {
    "type": "array",
    "maxItems": 5,
    "items": {
     "type": "string",
     "maxLength": 300
    }
   }
  },
  "additionalProperties": false
 }
}
