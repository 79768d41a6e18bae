# Owns: how the heap lies in memory when the image is taken. Every page of an
# image that a run writes to costs it a page fault, so the holes that loading
# left in old pages are stopped up and what a program allocates first lies
# together. Evaluated last, after everything that stays is loaded.

module Runcell
  SLOT_SIZES = GC.stat_heap.transform_values { |heap| heap[:slot_size] }
  # Fresh pages of 64 KiB that a run finds free, by slot size: room for the
  # objects of a short program without a collection.
  FREE_PAGES = { 20 => 8, 40 => 8, 80 => 4, 160 => 3, 320 => 2 }.freeze
  # Sizes of memory blocks to stop up, with how many of each, largest first.
  BLOCKS = [
    [65_536, 16], [32_768, 16], [16_384, 24], [8192, 40], [4096, 60], [2048, 120], [1024, 250], [768, 250],
    [512, 400], [384, 400], [256, 600], [192, 600], [160, 600], [128, 900], [112, 900], [96, 900], [80, 900],
    [64, 1200], [48, 1200], [32, 1500],
  ].freeze
  # Keeps the stoppers alive.
  STOPPERS = []

  class << self
    def lay_out_heap
      4.times { GC.start }
      GC.disable
      SLOT_SIZES.each { |heap, size| stop_slots(heap, size) }
      SLOT_SIZES.each { |heap, size| open_pages(heap, size) }
      GC.enable
      4.times { GC.start }
      stop_blocks
    end

    private

    # A string that outgrew its slot owns a block of twice its new length.
    def stop_blocks
      BLOCKS.each do |size, count|
        count.times { STOPPERS << (+"" << "\0" * (size / 2 - 1)) }
      end
    end

    # Fills the free slots of old pages: until the heap takes a new page.
    def stop_slots(heap, size)
      text = "\0" * (size - 13)
      pages = GC.stat_heap(heap, :total_allocated_pages)
      STOPPERS << text.dup while GC.stat_heap(heap, :total_allocated_pages) == pages
    end

    # Has the heap take pages for strings that nothing holds on to.
    def open_pages(heap, size)
      text = "\0" * (size - 13)
      (FREE_PAGES.fetch(size) * 65_536 / size).times { text.dup }
    end
  end
end

Runcell.lay_out_heap
