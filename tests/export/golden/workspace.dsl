# Written by sysdesign from: Photo "wall". Rates are medians at peak.
# Not carried over:
# - the interface: inputs, errors, sizes, who may call, limits, what may be repeated
# - data: entities and the stores that keep them
# - how data is asked for, kept, deleted, and how sensitive it is
# - which region calls which: there every instance is joined to each instance
# - ranges: each number is the median of what is not known
# - average rates, how long calls take, how busy components are, and the load they carry
# - sizes, own work, limits and scaling of components
# - timeouts, retries, circuit breakers and fallbacks
# - prices
# - assumptions with their sources, and estimates
workspace "Photo \"wall\"" "Friends show each other photos." {
  model {
    friend = person "friend" "to see the newest photos · 1020 req/s"
    ads = softwareSystem "ads" "Picks adverts. · 1000 req/s" "External"
    the_system = softwareSystem "Photo \"wall\"" "Friends show each other photos." {
      group "front door" {
        lb = container "lb" "Spreads calls. · 1020 req/s" "load balancer, managed"
        web = container "web" "Shows and takes photos. · 1020 req/s" "service, 8 instances"
      }
      memory = container "memory" "10k req/s" "cache, 2 instances" "Cache"
      album = container "album" "Keeps photos. · 1035 req/s" "sql database, 1 instance" "Store"
      jobs = container "jobs" "20 req/s" "queue, managed" "Queue"
      failed = container "failed" "" "queue, managed" "Queue"
      worker = container "worker" "Makes photos small. · 20 req/s" "worker, 3 instances"
    }
    friend -> lb "calls · 1020 req/s" "tls"
    lb -> web "show, post · 1020 req/s" "tls"
    web -> memory "read · 10k req/s" "tls"
    web -> album "read, write · 1020 req/s" "sql, tls"
    web -> ads "calls · optional · 1000 req/s" "tls"
    web -> jobs "send · 20 req/s" "tls" "Asynchronous"
    jobs -> worker "sets off · 20 req/s" "tls" "Asynchronous"
    worker -> album "write · 15 req/s" "tls"
    worker -> friend "pushes · 5 req/s" "tls" "Asynchronous"
    jobs -> failed "puts aside" "" "Asynchronous"
    deploymentEnvironment "Deployment" {
      deploymentNode "eu" "zones eu-a, eu-b; instances are spread over them" "region" {
        deploymentNode "lb" {
          containerInstance lb
        }
        deploymentNode "web" "" "" "" 6 {
          containerInstance web
        }
        deploymentNode "memory" "" "" "" 2 {
          containerInstance memory
        }
        deploymentNode "jobs" {
          containerInstance jobs
        }
        deploymentNode "failed" {
          containerInstance failed
        }
        deploymentNode "worker" "" "" "" 3 {
          containerInstance worker
        }
        deploymentNode "eu-a" "" "zone" {
          deploymentNode "album" "" "" "" 1 {
            containerInstance album
          }
        }
      }
      deploymentNode "us" "zones us-a, us-b; instances are spread over them" "region" {
        deploymentNode "lb" {
          containerInstance lb
        }
        deploymentNode "web" "" "" "" 2 {
          containerInstance web
        }
        deploymentNode "jobs" {
          containerInstance jobs
        }
        deploymentNode "failed" {
          containerInstance failed
        }
      }
    }
  }
  views {
    systemContext the_system context {
      include *
      autolayout tb
    }
    container the_system containers {
      include *
      autolayout tb
    }
    dynamic the_system operation_view "GET /wall" {
      1: friend -> lb "GET /wall · 1000 req/s"
      2: lb -> web "show · 1000 req/s"
      3: web -> memory "read photo ×10 · 10k req/s"
      4: web -> album "not in memory, 10% · read photo · 1000 req/s"
      3: web -> ads "1000 req/s"
      5: lb -> friend "10 photos"
      autolayout tb
    }
    dynamic the_system operation_post "POST /photos" {
      1: friend -> lb "POST /photos · 20 req/s"
      2: lb -> web "post · 20 req/s"
      3: web -> album "write photo · 20 req/s"
      4: web -> jobs "send · 20 req/s"
      autolayout tb
    }
    dynamic the_system operation_shrink "shrink · messages of jobs" {
      1: jobs -> worker "shrink · 20 req/s"
      2: worker -> album "75% · write photo · 15 req/s"
      2: worker -> friend "25% · 5 req/s"
      autolayout tb
    }
    deployment the_system "Deployment" deployment {
      include *
      autolayout tb
    }
    styles {
      element "Person" {
        background #08427b
        color #ffffff
        shape Person
      }
      element "Software System" {
        background #1168bd
        color #ffffff
        shape RoundedBox
      }
      element "Container" {
        background #1168bd
        color #ffffff
        shape RoundedBox
      }
      element "External" {
        background #6b6b6b
      }
      element "Store" {
        background #2f6f4f
        shape Cylinder
      }
      element "Cache" {
        background #8a5a00
        shape Cylinder
      }
      element "Queue" {
        background #6b3fa0
        shape Pipe
      }
      element "Device" {
        shape MobileDevicePortrait
      }
      relationship "Relationship" {
        style solid
      }
      relationship "Asynchronous" {
        style dashed
      }
    }
  }
}
