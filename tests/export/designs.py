"""A small design that has one of everything an export shows, with numbers that are easily checked."""

PHOTOS = """\
sysdesign: 1
problem:
  name: Photo "wall"
  why: Friends show each other photos.
  actors: {friend: {primary: true, wants: to see the newest photos, from: eu}}
assumptions:
  viewers: {value: 8k .. 12k user, source: assumption}
conventions: {peak: 1}
operations:
  view:
    api: GET /wall
    actor: friend
    rate: 1000 req/s
    returns: 10 photos
    path:
      - lb
      - web:
          do: show
          calls:
            - parallel:
                - memory: {do: read, of: photo, times: 10, hit: 90%, miss: [album: {do: read, of: photo}]}
                - ads: {optional: true, timeout: 50 ms}
  post:
    api: POST /photos
    actor: friend
    rate: 20 req/s
    path: [lb, web: {do: post, calls: [album: {do: write, of: photo}, jobs]}]
  shrink:
    trigger: {from: jobs}
    path:
      - worker:
          do: shrink
          calls:
            - choose:
                - {share: 75%, calls: [album: {do: write, of: photo}]}
                - calls: [friend]
  tidy:
    trigger: {every: 1 h}
    path: [worker: {do: tidy}]
data:
  person: {store: album, key: id, size: 1 kB, count: 10k item, fields: {id: id, name: string(50)}}
  photo:
    {store: album, key: id, size: 1 MB, written_by: post, keep: 1 year,
     fields: {id: id, by: ref person, seen: list(ref person)}}
places:
  eu: {zones: [eu-a, eu-b]}
  us: {zones: [us-a, us-b]}
components:
  lb: {kind: load_balancer, does: Spreads calls., part_of: front door, managed: true}
  web: {kind: service, does: Shows and takes photos., part_of: front door, replicas: {eu: 6, us: 2},
        cores: 4, work: 2 ms}
  memory: {kind: cache, in: [eu], replicas: 2, memory: 8 GB, hit: 90%}
  album: {kind: sql_database, does: Keeps photos., in: [eu-a], replicas: 1, cores: 8, price: 100 USD/month}
  jobs: {kind: queue, managed: true, dead_letter: failed}
  failed: {kind: queue, managed: true}
  worker: {kind: worker, does: Makes photos small., in: [eu], replicas: 3}
  ads: {kind: external_service, does: Picks adverts.}
links:
  any -> any: {encrypted: tls}
  web -> album: {protocol: sql}
"""
