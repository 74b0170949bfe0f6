"""The discrete-event kernel: one loop for every network, compiled or interpreted.

    event     what happens
    go        work, a delay or a pause of a token is over; it goes on with its next step
    arrive    a call of a flow comes, and the next one is drawn
    timer     the nearest deadline around a token; its caller goes on without it
    shared    the first of those that share an instance is done
    tick      numbers of the interval are written down

Events are ordered by (time, number). A token waits for at most one event, whose number it knows;
any other is void, so that nothing is ever taken out of the heap.
"""
